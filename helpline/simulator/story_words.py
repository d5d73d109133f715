"""What the story says between the texts, in English and French."""

from __future__ import annotations

ENGLISH = {
    "welcome": (
        "Bonjour Belleville: a helpline on plain phones, in a town made up for this visit. The "
        "gateway, its database and its conversations are the real ones; the mobile network is "
        "simulated on this machine and the clock is hurried. No text leaves this machine."
    ),
    "listens": "The gateway listens at {address}.",
    "other_port": "Port 8080 is taken by another program, so this is port {port}.",
    "database": "Its database is {file}.",
    "goes_away": "It goes away at the end; --folder DIR keeps one.",
    "act_1": "Act 1: Fatima asks for help",
    "act_2": "Act 2: René does not answer",
    "act_3": "Act 3: Claire reads the day",
    "act_1_done": "Act 1 came out as told: Fatima asked, Amina went, the request is closed.",
    "act_2_done": (
        "Act 2 came out as told: silence was noticed, people were asked one after the other, and "
        "everybody who was asked knows that all is well."
    ),
    "act_3_done": "Act 3 came out as told: one text of one segment, and one e-mail.",
    "fatima_begins": (
        "Half past ten, rue Rampal. Fatima is out of medicine. She has a phone without internet, "
        "and the poster in the stairwell says: text AIDE."
    ),
    "fatima_answers": "She needs no words, only digits: medicine (2), now (1), Belleville (1), yes, send it (1).",
    "volunteers_asked": (
        "Her last digit sends it. Volunteers are asked, with a first name, an area and a need, "
        "and no address; since it is for now, Claire, who coordinates, is told as well."
    ),
    "amina_says_yes": (
        "Amina says OUI. She alone gets the number and the address; Fatima learns her name, and "
        "the others are told that somebody has it."
    ),
    "amina_closes": "Amina comes back from the pharmacy and closes request {ref} with one digit.",
    "rene_begins": (
        "The same day at two. René, 81, has heard of the daily hello. Nobody knows his number "
        "yet, so the first text asks which language he reads."
    ),
    "rene_answers": (
        "A daily hello (2): yes (1), at nine (2). If he is silent, his daughter Lucie may be "
        "told: he sends her number. Then his area (1) and his first name."
    ),
    "rene_agrees": (
        "Before anything is kept he is told what, by whom and for how long. He agrees (1). Lucie "
        "is asked as well; she counts only after her yes."
    ),
    "next_morning": (
        "The next morning. Hellos leave at nine, half past nine and ten: everybody chose their "
        "hour."
    ),
    "khadija_answers": "Khadija reads Arabic script and answers in it.",
    "rene_reminded": (
        "René does not answer. After an hour he is reminded, once. Fatima gets her hello and is "
        "fine."
    ),
    "rene_last_word": "Another hour. A last word says until when a 1 is enough.",
    "lucie_asked": "Half past eleven: a case is open. Lucie is asked first, as René wished.",
    "lucie_silent": (
        "Lucie is at work and does not see it. After half an hour case {ref} goes to the "
        "volunteers."
    ),
    "amina_says_no": "Amina cannot. NON is always allowed.",
    "bruno_says_yes": "Bruno can. He gets the number and the address, and Lucie learns that he goes.",
    "rene_answers_late": (
        "Ten minutes later René is back from the market and sees his phone. A late 1 is enough: "
        "everybody who was asked about case {ref}, and nobody else, learns that there is nothing "
        "left to do."
    ),
    "claire_reads": (
        "Six in the evening. Claire coordinates. Every day she gets one text, quiet days too: "
        "silence would mean that the gateway is down."
    ),
    "claire_mail": "The same as an e-mail, longer; what is overdue would come first.",
    "phone_off": "  ({name}'s phone is off: a rehearsal)",
    "from": "From:",
    "to": "To:",
    "subject": "Subject:",
    "days": "Mon Tue Wed Thu Fri Sat Sun",
    "one_segment": "1 segment",
    "segments": "{n} segments",
    "nothing": "nothing",
    "got_instead": "{name} was to get a text with “{pieces}”, and got: {texts}.",
    "too_much": "{name} was to get nothing more, and got: {texts}.",
    "too_long": "The text for {name} takes {n} segments, and one was promised.",
    "not_taken": "The gateway did not take “{body}” from {name} (HTTP status {status}).",
    "no_number": "No number of a case stands in “{body}”.",
    "no_mail": "Claire got no e-mail with plain text and HTML.",
    "all_told": "The story came out as told.",
    "not_told": "The story did not come out as told. This line did not happen: “{line}”",
    "stays": "The town stays open. Play every part in your browser:",
    "phones": "the town's phones",
    "desk": "Claire's desk",
    "login": "log in as {email}, password {password}",
    "end": "Ctrl-C ends it.",
    "closed": "The town is closed; every port is free again.",
}

FRENCH = {
    "welcome": (
        "Bonjour Belleville : une ligne d'entraide sur téléphones simples, dans un quartier "
        "inventé pour cette visite. La passerelle, sa base et ses conversations sont les vraies ; "
        "le réseau mobile est simulé sur cette machine et l'horloge est pressée. Aucun SMS ne "
        "quitte cette machine."
    ),
    "listens": "La passerelle écoute à l'adresse {address}.",
    "other_port": "Le port 8080 est pris par un autre programme ; ce sera donc le port {port}.",
    "database": "Sa base est {file}.",
    "goes_away": "Elle s'efface à la fin ; --folder DOSSIER en garde une.",
    "act_1": "Acte 1 : Fatima demande de l'aide",
    "act_2": "Acte 2 : René ne répond pas",
    "act_3": "Acte 3 : Claire lit la journée",
    "act_1_done": (
        "L'acte 1 s'est passé comme prévu : Fatima a demandé, Amina y est allée, la demande est "
        "close."
    ),
    "act_2_done": (
        "L'acte 2 s'est passé comme prévu : le silence a été vu, on a demandé aux gens l'un après "
        "l'autre, et tous ceux à qui on a demandé savent que tout va bien."
    ),
    "act_3_done": "L'acte 3 s'est passé comme prévu : un SMS d'un segment, et un e-mail.",
    "fatima_begins": (
        "Dix heures et demie, rue Rampal. Fatima n'a plus de médicaments. Son téléphone n'a pas "
        "internet, et l'affiche dans l'escalier dit : écrivez AIDE."
    ),
    "fatima_answers": (
        "Pas besoin de mots, des chiffres suffisent : médicaments (2), maintenant (1), Belleville "
        "(1), oui, envoyer (1)."
    ),
    "volunteers_asked": (
        "Son dernier chiffre l'envoie. On demande aux bénévoles : un prénom, un quartier, un "
        "besoin, et pas d'adresse. Comme c'est pour maintenant, Claire, qui coordonne, l'apprend "
        "aussi."
    ),
    "amina_says_yes": (
        "Amina dit OUI. Elle seule reçoit le numéro et l'adresse ; Fatima apprend son prénom, et "
        "les autres savent que quelqu'un s'en occupe."
    ),
    "amina_closes": "Amina revient de la pharmacie et clôt la demande {ref} d'un seul chiffre.",
    "rene_begins": (
        "Le même jour à deux heures. René, 81 ans, a entendu parler du bonjour. Son numéro est "
        "inconnu : le premier SMS demande donc sa langue."
    ),
    "rene_answers": (
        "Un bonjour par jour (2) : oui (1), à neuf heures (2). S'il se tait, on peut prévenir sa "
        "fille Lucie : il envoie son numéro. Puis son quartier (1) et son prénom."
    ),
    "rene_agrees": (
        "Avant de garder quoi que ce soit, on lui dit quoi, par qui et combien de temps. Il est "
        "d'accord (1). On demande aussi à Lucie ; elle ne compte qu'après son oui."
    ),
    "next_morning": (
        "Le lendemain matin. Les bonjours partent à neuf heures, neuf heures et demie et dix "
        "heures : chacun a choisi son heure."
    ),
    "khadija_answers": "Khadija lit l'arabe et répond de même.",
    "rene_reminded": "René ne répond pas. Au bout d'une heure, un rappel, un seul. Fatima, elle, va bien.",
    "rene_last_word": "Une heure encore. Un dernier mot dit jusqu'à quand un 1 suffit.",
    "lucie_asked": (
        "Onze heures et demie : un cas est ouvert. On demande d'abord à Lucie, comme René l'a "
        "voulu."
    ),
    "lucie_silent": "Lucie travaille et ne voit rien. Au bout d'une demi-heure, le cas {ref} va aux bénévoles.",
    "amina_says_no": "Amina ne peut pas. NON est toujours permis.",
    "bruno_says_yes": "Bruno peut. Il reçoit le numéro et l'adresse, et Lucie apprend qu'il y va.",
    "rene_answers_late": (
        "Dix minutes plus tard, René rentre du marché et voit son téléphone. Un 1 tardif suffit : "
        "tous ceux à qui on a demandé pour le cas {ref}, et personne d'autre, apprennent qu'il "
        "n'y a plus rien à faire."
    ),
    "claire_reads": (
        "Dix-huit heures. Claire coordonne. Chaque jour elle reçoit un SMS, même les jours calmes "
        ": le silence voudrait dire que la passerelle est en panne."
    ),
    "claire_mail": "La même chose par e-mail, plus long ; les retards viendraient en premier.",
    "phone_off": "  (le téléphone de {name} est éteint : une répétition)",
    "from": "De :",
    "to": "À :",
    "subject": "Objet :",
    "days": "lun. mar. mer. jeu. ven. sam. dim.",
    "one_segment": "1 segment",
    "segments": "{n} segments",
    "nothing": "rien",
    "got_instead": "{name} devait recevoir un SMS avec « {pieces} », et a reçu : {texts}.",
    "too_much": "{name} ne devait plus rien recevoir, et a reçu : {texts}.",
    "too_long": "Le SMS pour {name} prend {n} segments, et un seul était promis.",
    "not_taken": "La passerelle n'a pas pris « {body} » de {name} (statut HTTP {status}).",
    "no_number": "Aucun numéro de cas dans « {body} ».",
    "no_mail": "Claire n'a pas reçu d'e-mail avec texte et HTML.",
    "all_told": "L'histoire s'est passée comme prévu.",
    "not_told": "L'histoire ne s'est pas passée comme prévu. Cette ligne n'est pas arrivée : « {line} »",
    "stays": "Le quartier reste ouvert. Jouez tous les rôles dans votre navigateur :",
    "phones": "les téléphones du quartier",
    "desk": "le bureau de Claire",
    "login": "connexion : {email}, mot de passe {password}",
    "end": "Ctrl-C y met fin.",
    "closed": "Le quartier est fermé ; tous les ports sont libres.",
}

WORDS = {"en": ENGLISH, "fr": FRENCH}
