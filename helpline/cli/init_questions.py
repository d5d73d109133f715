"""What `helpline init` asks of the town: the questions as data, every sentence in French and English.

What it asks about a provider stands in the provider's folder (`init_providers` reads it).
"""

from __future__ import annotations

from dataclasses import dataclass

LANGUAGES = ("fr", "en")


@dataclass(frozen=True, slots=True)
class Question:
    """One question, about one setting. `option` names it on the command line.

    `hint` is the sentence said when an answer will not do.
    """

    option: str
    section: str
    name: str
    hint: str
    required: bool = False


QUESTIONS = (
    Question("name", "service", "name", "words", required=True),
    Question("organisation", "service", "organisation", "words"),
    Question("country", "service", "country", "country", required=True),
    Question("timezone", "service", "timezone", "timezone", required=True),
    Question("languages", "service", "languages", "languages", required=True),
    Question("public_url", "service", "public_url", "address"),
)

WORDS = {
    "fr": {
        "service.name": "Nom du service, tel que les habitants le connaîtront",
        "service.organisation": "Qui en répond (la ville, l'association ; vide : plus tard)",
        "service.country": "Pays, en deux lettres",
        "service.timezone": "Fuseau horaire",
        "service.languages": "Langues proposées, la première aux inconnus",
        "service.public_url": "Adresse publique, comme https://aide.example (vide : plus tard)",
        "service.database": "Où sont les données, comme sqlite:////var/lib/helpline/helpline.db",
        "provider": "Qui porte les SMS",
        "email": "Votre adresse e-mail, pour ouvrir la page des coordinateurs (vide : plus tard)",
        "password": "Mot de passe, 12 caractères au moins (vide : nous en faisons un)",
        "again": "Encore une fois",
        "not the same": "Les deux ne sont pas les mêmes. Recommencez.",
        "weak": (
            "Trop court ou trop facile à deviner. Prenez quatre mots sans rapport : figue tunnel "
            "mardi violon."
        ),
        "needed": "Il faut une réponse ici.",
        "refused": "« {typed} » ne convient pas. {hint}",
        "refused secret": "Cela ne convient pas. {hint}",
        "hint words": "60 lettres au plus, sur une ligne.",
        "hint country": "Écrivez ses deux lettres, comme FR ou MA.",
        "hint timezone": "Écrivez-le comme Europe/Paris ou Africa/Casablanca.",
        "hint languages": "Choisissez parmi fr, ary, ary-Latn, en, séparées par des virgules.",
        "hint address": "Écrivez https:// puis le nom de la machine, sans ? ni #.",
        "hint database": "Écrivez sqlite:/// puis le chemin du fichier.",
        "hint provider": "Répondez {known} ou later (plus tard).",
        "hint email": "Écrivez-la comme amina@ville.example.",
        "heading": (
            "Réglages de {name}, écrits par « helpline init ».\n"
            "Une ligne qui commence par # est une valeur par défaut : ôtez le # pour la changer.\n"
            "Chaque réglage est décrit dans docs/settings.md. Gardez ce fichier pour vous : il "
            "peut tenir des secrets."
        ),
        "written": "Écrit : {file}\nBase de données : {database}",
        "login": "{email} peut ouvrir la page des coordinateurs.",
        "made": "Le mot de passe, montré cette seule fois : {password}",
        "secrets": "Les secrets ne sont pas dans le fichier. Donnez-les à l'environnement du service :",
        "next": (
            "Et maintenant :\n"
            "  helpline doctor     dit ce qui manque\n"
            "  helpline serve      lance le service\n"
            "  docs/providers/     dit quelles adresses donner à l'opérateur"
        ),
    },
    "en": {
        "service.name": "Name of the service, as residents will know it",
        "service.organisation": "Who answers for it (the town, the association; empty: later)",
        "service.country": "Country, in two letters",
        "service.timezone": "Time zone",
        "service.languages": "Languages offered, the first one to strangers",
        "service.public_url": "Public address, as https://aide.example (empty: later)",
        "service.database": "Where the data lives, as sqlite:////var/lib/helpline/helpline.db",
        "provider": "Who carries the texts",
        "email": "Your e-mail address, to open the coordinators' page (empty: later)",
        "password": "Password, at least 12 characters (empty: we make one)",
        "again": "Once more",
        "not the same": "The two are not the same. Start again.",
        "weak": "Too short or too easy to guess. Take four unrelated words: figue tunnel mardi violon.",
        "needed": "An answer is needed here.",
        "refused": "“{typed}” will not do. {hint}",
        "refused secret": "That will not do. {hint}",
        "hint words": "At most 60 letters, on one line.",
        "hint country": "Write its two letters, as FR or MA.",
        "hint timezone": "Write it as Europe/Paris or Africa/Casablanca.",
        "hint languages": "Choose among fr, ary, ary-Latn, en, separated by commas.",
        "hint address": "Write https:// and the name of the machine, without ? or #.",
        "hint database": "Write sqlite:/// and the path of the file.",
        "hint provider": "Answer {known} or later.",
        "hint email": "Write it as amina@ville.example.",
        "heading": "Settings of {name}, written by `helpline init`.\n"
        "A line that begins with # shows a default: take the # away to change it.\n"
        "docs/settings.md describes each one. Keep this file to yourself: it may hold secrets.",
        "written": "Written: {file}\nDatabase: {database}",
        "login": "{email} may open the coordinators' page.",
        "made": "The password, shown this once: {password}",
        "secrets": "The secrets are not in the file. Give them to the environment of the service:",
        "next": (
            "And now:\n"
            "  helpline doctor     says what is missing\n"
            "  helpline serve      runs the service\n"
            "  docs/providers/     says which addresses to give to the provider"
        ),
    },
}
