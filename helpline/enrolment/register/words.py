"""What an import says of each line, in the coordinators' languages: what is wrong, and how to mend
it."""

from __future__ import annotations

from collections.abc import Sequence

LANGUAGES = ("fr", "en")


def words_language(languages: Sequence[str]) -> str:
    """Return the language of the report in a service that speaks `languages`: its first one, or
    French."""
    return languages[0] if languages and languages[0] in LANGUAGES else "fr"


def say(key: str, language: str, **facts: object) -> str:
    """Return the sentence `key`, filled in. Values are put in as they are, braces and all."""
    return WORDS[language][key].format(**facts)


WORDS = {
    "en": {
        "file_empty": "The file is empty. Give it a first line with the columns: {wanted}.",
        "file_too_big": "The file is larger than {most} MB. Cut it into several files.",
        "file_is_spreadsheet": "This is a spreadsheet or a PDF, not a CSV file. Open it and save it as “CSV UTF-8”.",
        "file_not_text": "The file is damaged: its text cannot be read. Save it again as “CSV UTF-8”.",
        "file_strange_byte": "Line {line} holds a byte that is neither UTF-8 nor Windows-1252. "
        "Save the file again as “CSV UTF-8”.",
        "file_same_column": (
            "These columns all mean {column}: {found}. Call one of them {column} and rename the "
            "others."
        ),
        "file_no_phone": "There is no column for the phone. Found: {found}. "
        "Wanted, in any order, only phone being required: {wanted}.",
        "note_extra": "Columns not used: {extra}.",
        "note_windows": (
            "The file was read as Windows-1252. Look at the accents; saving as “CSV UTF-8” avoids "
            "doubt."
        ),
        "line_open_quote": (
            "a quotation mark is opened and not closed, so lines {first} to {last} cannot be told "
            "apart. Close it or take it out, then import the file again."
        ),
        "line_bad_quote": 'a quotation mark stands in the middle of a cell. Double it ("") or take it out.',
        "line_too_many_cells": (
            "it has {count} cells, the first line has {wanted}. Put a cell that holds the "
            "separator between quotation marks."
        ),
        "line_few_cells": "it has {count} cells, the first line has {wanted}; the last ones were taken as empty",
        "line_control": "{column} holds a control character. Type the cell again.",
        "no_phone": (
            "there is no phone number. Write it with its country code, for example +33 6 39 98 00 "
            "01."
        ),
        "phone_not": (
            "“{text}” is not a phone number. Write it with its country code, for example +33 6 39 "
            "98 00 01."
        ),
        "phone_length": (
            "“{text}” is too short or too long for a phone number. Check for a missing digit, and "
            "write the country code for a number of another country."
        ),
        "phone_special": "“{text}” is a special-rate or service number. Give the person's own number.",
        "phone_landline": "{phone} is a landline, which cannot get texts. Give a mobile number.",
        "phone_spreadsheet": (
            "the spreadsheet turned the number into “{text}”. Format the column as text and type "
            "the number again."
        ),
        "phone_ours": "{phone} is the number of the service itself. Give the person's own number.",
        "phone_doubtful": "{phone} is not known as a number in use; check it",
        "phone_twice": "{phone} is already on line {line}. Keep one line for each number.",
        "contact_is_self": "the contact has the resident's own number. Give the number of somebody else.",
        "contact_without_phone": "the contact has no number and was left out",
        "of_contact": "contact: {problem}",
        "too_long": "{column} is longer than {most} letters. Shorten it.",
        "language_unknown": "the language “{text}” is not spoken here. Write one of: {known}.",
        "hour_unknown": "“{text}” is not an hour. Write it as 09:00 or 9h30.",
        "days_unknown": "“{text}” does not name days. Write 1234567, lun-ven or mon,wed,fri.",
        "timezone_unknown": "“{text}” is not a time zone. Write it as Europe/Paris or Africa/Casablanca.",
        "ladder_unknown": "there is no ladder “{text}”. Write one of: {known}.",
        "date_unknown": "“{text}” is not a date. Write it as 2026-03-05 or 05/03/2026.",
        "date_future": "the date {text} is still to come. Write the day on which the person agreed.",
        "date_old": "the date {text} is too long ago to be true. Write the day on which the person agreed.",
        "confirmed_unknown": (
            "“{text}” in {column} is neither a date nor yes. Write the day on which they agreed, "
            "or leave it empty: they will be asked by text."
        ),
        "email_unknown": "“{text}” is not an e-mail address. Write it as amina@ville.example.",
        "person_stopped": "said STOP: gets no text and stays out",
        "resident_out": "said no to the hello and stays out, unless they agree anew",
        "volunteer_out": "said no and stays out, unless they agree anew",
        "contact_stopped": "the contact {phone} said STOP and gets no text",
        "contact_declined": "the contact {phone} said no and stays out",
        "result_new": "taken (new)",
        "result_updated": "taken (updated)",
        "result_unchanged": "taken (unchanged)",
        "result_not_kept": "not taken, because another line is refused",
        "line": "line {line}: {result}, {phone}",
        "line_refused": "line {line}: refused: {problems}",
        "warning": ", warning: {warnings}",
        "totals": (
            "Taken: {taken} ({new} new, {updated} updated, {unchanged} unchanged). Refused: "
            "{refused}. Texts to send: {texts}."
        ),
        "totals_none": (
            "Nothing was taken: {refused} refused. Mend those lines, or import without "
            "--all-or-nothing."
        ),
        "totals_dry": "This was a trial (--dry-run): nothing was kept and nobody is texted.",
    },
    "fr": {
        "file_empty": "Le fichier est vide. Donnez-lui une première ligne avec les colonnes : {wanted}.",
        "file_too_big": "Le fichier dépasse {most} Mo. Coupez-le en plusieurs fichiers.",
        "file_is_spreadsheet": (
            "C'est un classeur ou un PDF, pas un fichier CSV. Ouvrez-le et enregistrez-le en « "
            "CSV UTF-8 »."
        ),
        "file_not_text": (
            "Le fichier est abîmé : son texte est illisible. Enregistrez-le de nouveau en « CSV "
            "UTF-8 »."
        ),
        "file_strange_byte": (
            "La ligne {line} contient un octet qui n'est ni UTF-8 ni Windows-1252. Enregistrez le "
            "fichier de nouveau en « CSV UTF-8 »."
        ),
        "file_same_column": (
            "Ces colonnes veulent toutes dire {column} : {found}. Nommez l'une {column} et "
            "renommez les autres."
        ),
        "file_no_phone": "Il n'y a pas de colonne pour le téléphone. Trouvé : {found}. "
        "Attendu, dans n'importe quel ordre, seul phone étant obligatoire : {wanted}.",
        "note_extra": "Colonnes non utilisées : {extra}.",
        "note_windows": (
            "Le fichier a été lu en Windows-1252. Vérifiez les accents ; « CSV UTF-8 » évite le "
            "doute."
        ),
        "line_open_quote": (
            "un guillemet est ouvert et jamais fermé, les lignes {first} à {last} sont "
            "indistinctes. Fermez-le ou retirez-le, puis importez de nouveau."
        ),
        "line_bad_quote": 'un guillemet se trouve au milieu d\'une case. Doublez-le ("") ou retirez-le.',
        "line_too_many_cells": (
            "elle a {count} cases, la première ligne en a {wanted}. Mettez entre guillemets la "
            "case qui contient le séparateur."
        ),
        "line_few_cells": (
            "elle a {count} cases, la première ligne en a {wanted} ; les dernières sont prises "
            "pour vides"
        ),
        "line_control": "{column} contient un caractère de contrôle. Tapez la case de nouveau.",
        "no_phone": "il n'y a pas de numéro. Écrivez-le avec l'indicatif, par exemple +33 6 39 98 00 01.",
        "phone_not": (
            "« {text} » n'est pas un numéro. Écrivez-le avec l'indicatif, par exemple +33 6 39 98 "
            "00 01."
        ),
        "phone_length": (
            "« {text} » est trop court ou trop long pour un numéro. Cherchez un chiffre oublié, "
            "et écrivez l'indicatif pour un numéro d'un autre pays."
        ),
        "phone_special": "« {text} » est un numéro spécial ou surtaxé. Donnez le numéro de la personne.",
        "phone_landline": "{phone} est un fixe, qui ne reçoit pas de SMS. Donnez un numéro de mobile.",
        "phone_spreadsheet": (
            "le tableur a changé le numéro en « {text} ». Mettez la colonne au format texte et "
            "tapez le numéro de nouveau."
        ),
        "phone_ours": "{phone} est le numéro du service lui-même. Donnez le numéro de la personne.",
        "phone_doubtful": "{phone} n'est pas connu comme numéro en service ; vérifiez-le",
        "phone_twice": "{phone} est déjà à la ligne {line}. Gardez une ligne par numéro.",
        "contact_is_self": "le contact a le même numéro que la personne. Donnez le numéro de quelqu'un d'autre.",
        "contact_without_phone": "le contact n'a pas de numéro et a été laissé de côté",
        "of_contact": "contact : {problem}",
        "too_long": "{column} dépasse {most} lettres. Raccourcissez.",
        "language_unknown": "la langue « {text} » n'est pas parlée ici. Écrivez l'une de : {known}.",
        "hour_unknown": "« {text} » n'est pas une heure. Écrivez 09:00 ou 9h30.",
        "days_unknown": "« {text} » ne dit pas des jours. Écrivez 1234567, lun-ven ou lun,mer,ven.",
        "timezone_unknown": "« {text} » n'est pas un fuseau horaire. Écrivez Europe/Paris ou Africa/Casablanca.",
        "ladder_unknown": "il n'y a pas d'échelle « {text} ». Écrivez l'une de : {known}.",
        "date_unknown": "« {text} » n'est pas une date. Écrivez 2026-03-05 ou 05/03/2026.",
        "date_future": (
            "la date {text} n'est pas encore venue. Écrivez le jour où la personne a donné son "
            "accord."
        ),
        "date_old": (
            "la date {text} est trop ancienne pour être vraie. Écrivez le jour où la personne a "
            "donné son accord."
        ),
        "confirmed_unknown": (
            "« {text} » dans {column} n'est ni une date ni oui. Écrivez le jour de l'accord, ou "
            "laissez vide : la question sera posée par SMS."
        ),
        "email_unknown": "« {text} » n'est pas une adresse e-mail. Écrivez-la comme amina@ville.example.",
        "person_stopped": "a dit STOP : ne reçoit aucun SMS et reste à l'écart",
        "resident_out": "a dit non au bonjour et reste à l'écart, sauf nouvel accord",
        "volunteer_out": "a dit non et reste à l'écart, sauf nouvel accord",
        "contact_stopped": "le contact {phone} a dit STOP et ne reçoit aucun SMS",
        "contact_declined": "le contact {phone} a dit non et reste à l'écart",
        "result_new": "prise (nouvelle)",
        "result_updated": "prise (mise à jour)",
        "result_unchanged": "prise (inchangée)",
        "result_not_kept": "pas prise, car une autre ligne est refusée",
        "line": "ligne {line} : {result}, {phone}",
        "line_refused": "ligne {line} : refusée : {problems}",
        "warning": ", attention : {warnings}",
        "totals": (
            "Prises : {taken} ({new} nouvelles, {updated} mises à jour, {unchanged} inchangées). "
            "Refusées : {refused}. SMS à envoyer : {texts}."
        ),
        "totals_none": (
            "Rien n'a été pris : {refused} refusée(s). Corrigez ces lignes, ou importez sans "
            "--all-or-nothing."
        ),
        "totals_dry": "C'était un essai (--dry-run) : rien n'a été gardé et personne ne reçoit de SMS.",
    },
}
