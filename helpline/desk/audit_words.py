"""What the auditor says of each thing that is not as it must be: what is so, and what to do, in French and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Saying:
    """What is wrong and what to do. `{count}` and `{ids}` are filled in; `grave`: somebody may wait for nothing."""

    grave: bool
    fr: str
    fr_do: str
    en: str
    en_do: str


_OPEN_FR = "Ouvrez-les sur la page du jour et appelez ces personnes."
_OPEN_EN = "Open them on the desk and call these people."
_RESTART_FR = "Redémarrez le service; s'il ne repart pas: helpline doctor."
_RESTART_EN = "Restart the service; if it stays so: helpline doctor."

SAYINGS: Mapping[str, Saying] = {
    "engine_stands_still": Saying(
        True,
        "Le moteur est arrêté: plus rien ne part.",
        _RESTART_FR,
        "The engine stands still: nothing leaves any more.",
        _RESTART_EN,
    ),
    "sender_paused": Saying(
        True,
        "Les envois sont suspendus depuis une restauration.",
        "Lancez: helpline restore --resume.",
        "Sending is paused since a restore.",
        "Run: helpline restore --resume.",
    ),
    "deaf": Saying(
        True,
        "Plus rien ne nous arrive: ni texte, ni accusé de réception.",
        "Appelez vos inscrits; puis helpline doctor.",
        "Nothing reaches us any more: no text and no delivery report.",
        "Call your residents; then helpline doctor.",
    ),
    "case_without_timer": Saying(
        True,
        "{count} affaire(s) sans prochaine étape (n° {ids}).",
        _OPEN_FR,
        "{count} case(s) without a next step (no. {ids}).",
        _OPEN_EN,
    ),
    "case_timer_far": Saying(
        True,
        "{count} affaire(s) dont l'étape est trop loin (n° {ids}).",
        _OPEN_FR,
        "{count} case(s) whose next step is too far away (no. {ids}).",
        _OPEN_EN,
    ),
    "case_late": Saying(
        True,
        "{count} affaire(s) en retard (n° {ids}).",
        f"{_OPEN_FR} {_RESTART_FR}",
        "{count} case(s) are late (no. {ids}).",
        f"{_OPEN_EN} {_RESTART_EN}",
    ),
    "case_reaches_nobody": Saying(
        True,
        "{count} affaire(s) dont l'alerte n'atteint personne (n° {ids}).",
        _OPEN_FR,
        "{count} case(s) whose alarm reaches nobody (no. {ids}).",
        _OPEN_EN,
    ),
    "ask_without_text": Saying(
        True,
        "{count} demande(s) d'aide sans texte envoyé (affaires {ids}).",
        _OPEN_FR,
        "{count} person(s) asked without a text (cases {ids}).",
        _OPEN_EN,
    ),
    "case_key": Saying(
        True,
        "Deux affaires ouvertes pour le même souci (n° {ids}).",
        "Fermez celle de trop.",
        "Two open cases about one worry (no. {ids}).",
        "Close the one too many.",
    ),
    "case_owner": Saying(
        True,
        "{count} affaire(s) sans responsable clair (n° {ids}).",
        _OPEN_FR,
        "{count} case(s) without a clear owner (no. {ids}).",
        _OPEN_EN,
    ),
    "silence_without_case": Saying(
        True,
        "{count} silence(s) sans affaire (bonjours {ids}).",
        "Cherchez-les: helpline check-ins. Appelez ces personnes.",
        "{count} silence(s) led to no case (check-ins {ids}).",
        "Find them with helpline check-ins, and call these people.",
    ),
    "check_in_late": Saying(
        True,
        "{count} bonjour(s) sans suite (n° {ids}).",
        _RESTART_FR,
        "{count} check-in(s) are late (no. {ids}).",
        _RESTART_EN,
    ),
    "check_in_stuck": Saying(
        True,
        "{count} bonjour(s) jamais partis (n° {ids}).",
        "Appelez ces personnes: helpline check-ins.",
        "{count} check-in(s) never left (no. {ids}).",
        "Call these people: helpline check-ins.",
    ),
    "plan_late": Saying(
        True,
        "{count} personne(s) ou plus n'ont pas eu leur bonjour.",
        _RESTART_FR,
        "{count} or more people were not asked when due.",
        _RESTART_EN,
    ),
    "resident_without_plan": Saying(
        True,
        "{count} inscrit(s) ne recevront jamais de bonjour (n° {ids}).",
        "Importez leur fiche à nouveau.",
        "{count} resident(s) would never be asked (no. {ids}).",
        "Import their entries again.",
    ),
    "alarm_late": Saying(
        True,
        "{count} alerte(s) ne partent pas.",
        "Regardez les affaires ouvertes et appelez; puis helpline doctor.",
        "{count} alarm(s) do not leave.",
        "Look at the open cases and call; then helpline doctor.",
    ),
    "text_in_doubt": Saying(
        True,
        "{count} texte(s) dont on ne sait pas s'ils sont partis.",
        "Vérifiez l'opérateur: helpline doctor.",
        "{count} text(s) may or may not have left.",
        "Check the provider: helpline doctor.",
    ),
    "duty_fails": Saying(
        True,
        "Une tâche du moteur échoue.",
        "Lisez le journal du service: duty failed.",
        "A duty of the engine fails.",
        "Read the service's log: duty failed.",
    ),
    "code_unknown": Saying(
        False,
        "{count} texte(s) refusés par l'opérateur pour une raison inconnue.",
        "Les personnes suivantes ont été sollicitées. Demandez à l'opérateur: helpline messages.",
        "{count} text(s) refused by the provider for an unknown reason.",
        "The next people were asked. Ask the provider: helpline messages.",
    ),
    "sent_after_stop": Saying(
        True,
        "{count} texte(s) envoyés après un STOP (n° {ids}).",
        "Signalez-le, présentez vos excuses.",
        "{count} text(s) left after a STOP (no. {ids}).",
        "Report it, and apologise to the person.",
    ),
    "sent_after_close": Saying(
        False,
        "{count} alerte(s) parties après la fin de l'affaire (n° {ids}).",
        "Dites aux personnes que c'est fini.",
        "{count} alarm(s) left after their case had ended (no. {ids}).",
        "Tell the people that it is over.",
    ),
    "reply_late": Saying(
        False,
        "{count} réponse(s) attendent depuis 5 minutes.",
        "Vérifiez l'opérateur: helpline doctor.",
        "{count} replies have waited for 5 minutes.",
        "Check the provider: helpline doctor.",
    ),
    "queue_stands": Saying(
        True,
        "Des textes attendent, aucun ne part depuis 10 minutes.",
        "Vérifiez l'opérateur: helpline doctor.",
        "Texts wait, and none has left for 10 minutes.",
        "Check the provider: helpline doctor.",
    ),
    "text_too_long": Saying(
        False,
        "{count} texte(s) de plus de 4 segments (n° {ids}).",
        "Raccourcissez ce texte: helpline flows check.",
        "{count} text(s) longer than 4 segments (no. {ids}).",
        "Shorten the sentence: helpline flows check.",
    ),
    "webhooks_fail": Saying(
        False,
        "Des textes reçus ne nous parviennent qu'en retard ({count} en une heure).",
        "Vérifiez l'adresse chez l'opérateur: helpline doctor.",
        "Texts people send reach us late only ({count} in an hour).",
        "Check our address at the provider: helpline doctor.",
    ),
    "digest_missing": Saying(
        False,
        "Le bilan du jour n'est pas parti.",
        _RESTART_FR,
        "The day's summary has not left.",
        _RESTART_EN,
    ),
    "canary_missing": Saying(
        True,
        "Le texte d'essai ne revient plus: les SMS passent mal.",
        "Envoyez AIDE d'un téléphone; sans réponse, appelez vos inscrits.",
        "The trial text does not come back: texts may not get through.",
        "Text AIDE from a phone; without an answer, call your residents.",
    ),
    "backup_old": Saying(
        False,
        "Pas de copie de la base depuis plus d'un jour.",
        "Lancez: helpline backup.",
        "No copy of the database for more than a day.",
        "Run: helpline backup.",
    ),
    "drill_failed": Saying(
        False,
        "La dernière copie de la base n'a pas pu être relue.",
        "Lancez: helpline drill.",
        "The last copy of the database could not be restored.",
        "Run: helpline drill.",
    ),
}
