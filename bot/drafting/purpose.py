"""What a section under a heading that no cue knows is for, by what stands in it.

What stays out: headings that are known (`sections`), and what each statement is on (`sorting`).
"""

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from bot.drafting.cues import Cues
from bot.drafting.statement import Statement
from bot.drafting.values import marked

APPLYING, PROFILE, TERMS, DUTIES = "how_to_apply", "*profile", "*conditions", "responsibilities"
_VOTES: Mapping[str, tuple[str, ...]] = {
    APPLYING: (
        "how_to_apply", "application_email", "documents", "selection_process",
        "application_status", "contact_human", "deadline", "application_subject",
    ),
    PROFILE: ("experience", "education", "languages", "eligibility"),
    TERMS: (
        "hours", "salary", "benefits", "contract", "start_date", "remote", "relocation_housing",
        "training",
    ),
}  # fmt: skip
_FEWEST = 2
_ADDRESSED: Mapping[str, str] = {
    "fr": r"(?:il s.agit (?:de |d.)[a-z]+(?:er|ir|re)\b|(?:le (?:poste|travail|job)|(?:la|"
    r"votre) mission) "
    r"(?:consiste|est de|sera de)|(?:le |la )?(?:titulaire|candidat\w*|salarie\w*|agent|"
    r"postulant\w*|il/elle|elle/il|"
    r"personne (?:recrutee|retenue|embauchee))\b(?: \w+){0,3} (?:(?:sera|est) (?:charge|"
    r"responsable|"
    r"amene)|assur|aura (?:pour|en charge)|particip|gere|accompagn|organis|encadr|realis|anim|"
    r"contribu|effectu|veill|prepar|coordon|pilot|developp|accueill|entretien|suit|(?!aura|sera|"
    r"devra|"
    r"pourra|travaillera|beneficiera|percevra|recevra|rejoindra)[a-z]{3,}ra\b)|"
    r"(?:[^.;]{3,140}, )?vous "
    r"(?:(?:y|en|les?|la|nous|serez amenee? a|devrez|allez) )?(?!avez|aurez|etes|serez|justifi|"
    r"dispos|posse|maitris|benefici|recev|parlez|savez|aimez|pouvez|pourrez|souhait|voulez|"
    r"connaiss|percev|gagn|interess|repond|reconnai|commenc|travaill|trouv|habit|rejoi|integr|"
    r"postul|envoy|adress|ecri|trouver|tele|logez|venez|devez|devrez|ferez parti|"
    r"faites parti|rencontr)"
    r"[a-z]{3,}(?:ez|rez|er|ir|re)\b)",
    "en": r"(?:(?:the|this|your) (?:job|role|post|work|task)s? (?:(?:is|are|will be) to|"
    r"involves?|means?) "
    r"[a-z]+|(?:the |our |a )?(?:(?:successful )?(?:candidate|applicant)|post-?holder|job-?holder|"
    r"person appointed|new recruit|s/he|he/she) (?:(?:will|would) (?!be (?:required|expected to "
    r"(?:have|hold)|paid|based|asked|invited|contacted|subject|employed|able)|have|need|hold|"
    r"receive|"
    r"get|report|hear)|is responsible|line-?manages|manages|leads|runs|supports|designs|develops)|"
    r"(?:as (?:a|an|our|the) .{3,50} |"
    r"(?!if|when|once|should|because|where)[^,.;]{3,60}, |"
    r"(?:in|on|from|during|each|every|then|after|most) [^,.;]{2,40} )?(?:you|they)"
    r"(?:.ll| will| would|.d) (?:also )?(?!have|be (?!prep|plan|run|help|work on|respons|in charge|"
    r"making|doing|driv|teach|serv|look|car|lead)|need|must|get|receive|enjoy|earn|find|join|"
    r"report|work (?:\d|from|at|with|in|on)|like|love|speak|hold|answer to|start|live|know|bring|"
    r"share|"
    r"sit|hear|meet|not|want|benefit|already|spend)[a-z]+)",
    "de": r"(?:[^,.;]{3,50} )?(?:(?:du|sie) (?!bist|hast|haben|sind|verfug|bring|sprech|sprich|"
    r"erhalt|"
    r"bekomm|find|k[oa]nn|woll|will|mocht|m[oa]g|soll|muss|besitz|lieb|freu|interess|bewerb|bewirb|"
    r"send|schick|richt|wend|profit|lern|wiss|weiss|kenn|such|arbeit|wohn|leb|denk|uberzeug|"
    r"reizt|verdien|wird|werd|trete|starte|beginn|melde|antwort|lies|lesen|horen)[a-z]{3,}(?:st|"
    r"en)\b"
    r"|(?:betreu|plan|organisier|leit|unterstutz|bau|bedien|kummer|bera|pfleg|koch|verkauf|"
    r"reparier|"
    r"entwickel|koordinier|fuhr|bearbeit|montier|ubernehm|prepar|vertret|begleit)(?:st|en|"
    r"t) (?:du|sie)\b)",
    "es": r"(?:[^,.;]{3,50}, )?(?:te encarg|(?!tendr|recib|podr|disfrut|cobr|trabaj|ser|estar|form|"
    r"encontr|aprend|har falta)[a-z]{3,}(?:aras|eras|iras)\b|llevaras|haras\b|tus? (?:funcion|"
    r"tarea)\w* "
    r"(?:sera|es|son)|(?:la persona (?:seleccionada|contratada|elegida)) [a-z]+ra\b|"
    r"(?:buscamos|necesitamos) (?:a )?(?:una persona|alguien) (?:que|para) [a-z]+)",
}
"""What a sentence on the work begins with, wherever it stands."""
_DONE = {
    "fr": r"(?:vous |\W*)(?:y |en |nous |les? |la |l.)?[a-z]{3,}ez\b|\W*(?:[a-z]+er|[a-z]+ir|"
    r"[a-z]+re)\b(?! (?:est|sont)\b)",
    "en": r"(?:as .{3,40} |each (?:day|week) |day to day,? )?you(?:.ll| will| would)? (?!have|be\b|"
    r"are|need|must|get|should|can|may|receive|speak|hold|bring|know|enjoy|ll be able)[a-z]+\b|"
    r"(?:to )?(?:plan|answer|visit|train|manage|lead|support|prepare|write|keep|run|build|teach|"
    r"cook|clean|drive|make|check|help|organi[sz]e|coordinate|maintain|develop|deliver|provide|"
    r"ensure|assist|monitor|report|record|update|process|handle|serve|sell|design|install|"
    r"repair|supervise|liaise|carry|oversee|review|draft|collect|enter|order|pack|load|receive|"
    r"conduct|contribute|create|analy[sz]e|represent|set|work with|tell|look after|take|greet|"
    r"plant|cut|test|open|close|interview|count|travel to|send|arrange|welcome|edit|post)\b",
    "de": r"(?:du|sie) (?!bist|hast|sind|haben|bekommst|erhaltst|erhalten|bekommen|bringst|"
    r"sprichst|kannst|konnen)[a-z]+(?:st|en)\b|(?:[a-z-]+ ){0,5}[a-z]+(?:en|ung)$",
    "es": r"\W*[a-z]+(?:ar|er|ir)(?:se|las?|los?|les?)?\b|te encargaras|\W*[a-z]{4,}as\b",
}


def purpose_of(statements: Sequence[Statement], cues: Cues) -> str:
    """The kind of section or the topic that most of *statements* speak for, or nothing.

    Two statements at least must agree, and they must be two in five of all.
    """
    votes: Counter[str] = Counter()
    for statement in statements:
        votes.update(_votes(statement, cues))
    if not votes:
        return ""
    (best, count), *others = votes.most_common(2)
    enough = count >= _FEWEST and count * 5 >= len(statements) * 2
    clear = not others or count > others[0][1]
    return best if enough and clear else ""


def rather(statements: Sequence[Statement], cues: Cues, own: str) -> str:
    """The purpose that most of *statements* speak for against what their heading is for (*own*).

    What comes after the heading's list says nothing on what it is for.
    """
    votes: Counter[str] = Counter()
    statements = list(itertools.takewhile(lambda one: not one.late, statements))
    for statement in statements:
        votes.update(_votes(statement, cues))
    best, count = votes.most_common(1)[0] if votes else (own, 0)
    clear = count > _FEWEST and count * 2 > len(statements) and votes[own] * 3 <= count
    return best if clear else ""


def is_duty(text: str, language: str) -> bool:
    """Whether a marked sentence tells the reader what they will do."""
    return bool(re.match(_ADDRESSED.get(language, _ADDRESSED["en"]), text))


def _votes(statement: Statement, cues: Cues) -> set[str]:
    text = marked(statement.text, cues.language)
    families = {topic.partition(".")[0] for topic in cues.topics_of(text)}
    told = {name for name, topics in _VOTES.items() if families & {*topics}}
    done = _DONE.get(cues.language, _DONE["en"])
    if not told - {PROFILE} and re.match(done, text):
        return {DUTIES}
    return told
