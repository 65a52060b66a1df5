"""Who employs, by all the places where a source may say so: labels, headings, sentences, addresses.

What stays out: the rest of the head (`heading`), and what is said of the employer (`employer`).
"""

import re

from bot.drafting.cues import Cues
from bot.drafting.heading import (
    GIVEN_FORM,
    PARTED,
    PIECES,
    RECRUITS,
    SEEKS,
    TOP_WORDS,
    alike,
    domain_name,
    opening_of,
)
from bot.drafting.sections import Outline
from bot.drafting.statement import Statement
from bot.drafting.values import marked, simple

_VERBS = (
    r"est|sont|a|ont|compte|emploie|accueille|accompagne|gere|propose|développe|developpe|agit|"
    r"apporte|oeuvre|œuvre|intervient|travaille|mène|mene|porte|défend|defend|aide|soutient|"
    r"organise|"
    r"anime|assure|forme|conçoit|regroupe|rassemble|fédère|réunit|lutte|vise|mobilise|"
    r"is|was|has|are|works|provides|helps|supports|runs|rescues|tells|exists|serves|offers|"
    r"operates|delivers|brings|aims|employs|manages|campaigns|cares|builds|fights|leads|makes|"
    r"ist|sind|bietet|hat|betreut|unterstützt|repairs|teaches|grows|bakes|publishes|installs|"
    r"sells|connects|trains|gives|repare|fabrique|installe|cultive|édite|vend|produit|fertigt|"
    r"baut|pflegt|produziert|es|tiene|trabaja|ofrece|atiende|desarrolla|apoya"
)
_SUBJECT = re.compile(
    rf"^(?P<who>(?:(?:Le|La|Les|L['’]|The|Das|Der|Die|El|Los|Las|Au|À|"
    rf"Chez)\s?)?[A-ZÀ-Ý0-9«][^.;:]{{1,80}}?)"
    rf"(?:\s*\([^)]{{2,40}}\))?(?:,[^.]{{3,160}},| )\s*(?:{_VERBS})\b"
)
_HIRES = re.compile(
    r"(?P<who>[^|–—]{2,80}?) (?:recrute|recherche|is hiring|hiring|sucht|busca)\b", re.IGNORECASE
)
_AT = re.compile(
    r"(?:job application|application|vacancy|bewerbung|candidature)\b.{0,20}\b(?:for|für|"
    r"pour)\b.{3,80} "
    r"(?:at|bei|chez) (?P<who>[^|–—-]{2,60})$",
    re.IGNORECASE,
)
_CAPITALS = re.compile(
    r"[A-ZÀ-Ý][\w'’&-]*(?: (?:(?:de|du|des|of|the|la|le|les|for|et|and|für|y|"
    r"del) )*[A-ZÀ-Ý][\w'’&-]*)+"
)
_IN_PLACE = re.compile(r" (?:in|à|at|en|bei) [A-ZÀ-Ý][^,]*$")
_ARTICLE = re.compile(r"^(?:le|la|les|l['’]|the|das|der|die|el|los|las)\s*", re.IGNORECASE)
_ABOUT = re.compile(
    r"^(?:about|about the|à propos d(?:e la|e l['’]|e|u|es|['’])|über)\s*(?P<who>[A-Z].{2,60})$"
)
_NAMED = re.compile(
    r"^([A-ZÀ-Ý][\w'’&.-]*(?: (?:[A-ZÀ-Ý][\w'’&.-]*|de|du|des|of|the|et|and))*), "
    r"(?:une? |the |a |an )?\w+"
)
_PRONOUN = re.compile(
    r"^(?:nous|vous|elle|il|ils|elles|on|we|you|it|they|this|that|our|notre|votre|ce|cette|wir|sie|"
    r"es|unser\w*|ihr\w*|nuestr\w*|buscamos|somos|there|anyone|some|nobody|somebody|each|your|"
    r"he|she|applications?|candidatures?|bewerbung\w*|solicitud\w*|interviews?|s/he|who|what|"
    r"when|if|"
    r"please|no|l'association$|"
    r"l'entreprise$|la structure$|le poste|the role|"
    r"the post|the job|the successful|depuis|since|in|en|a|at|chez|au|as|every|chaque|last|today)\b"
)


def organisation_of(given: str, made: Outline, title: str, page_title: str, cues: Cues) -> str:
    """Who employs, as the source writes it; empty if it does not say so."""
    if given:
        return given
    if name := _in_page_title(made, page_title) or _hiring(page_title):
        return name
    for find in (
        _labelled,
        _sought_by,
        _beside_title,
        _named_in_heading,
        _named_at_top,
        _subject_of,
        _below_title,
        _letterhead,
        _in_address,
        _in_prose,
    ):
        if name := find(made, title, cues):
            return name
    return ""


def _labelled(made: Outline, title: str, cues: Cues) -> str:
    """What stands after "Employeur :" or in the cell beside it."""
    del title
    for section in made.sections:
        for statement in section.statements:
            if statement.label and cues.heading(statement.label) == "organisation":
                value = statement.text.partition(":")[2] if not statement.pair else statement.text
                name = re.sub(r"\s*(?:\([^)]*\)|, \d.*)\s*$", "", (value or statement.text).strip())
                if 1 <= len(name.split()) <= 8 and not name.endswith("."):  # noqa: PLR2004 - a name
                    return name.strip(" .")
    return ""


def _in_address(made: Outline, title: str, cues: Cues) -> str:
    """A piece at the top that an e-mail address names too: "Exemple Santé", @exemple-sante.fr."""
    del title, cues
    texts = [statement.text for section in made.sections for statement in section.statements]
    name = simple(domain_name(texts))
    for statement in made.sections[0].statements[:5]:
        for part in PIECES.split(statement.text):
            if name and simple(part).strip(" .") == name:
                return part.strip(" .")
    for text in texts if len(name) > 3 else ():  # noqa: PLR2004 - fewer letters stand anywhere
        words = r"[\s'’·&-]+".join(map(re.escape, name.split()))
        match = re.search(rf"(?<![\w@./-])[A-ZÀ-Ý]{words[1:]}(?![\w@.-])", text, re.IGNORECASE)
        if match and match[0][0].isupper():
            return match[0]
    return ""


def _letterhead(made: Outline, title: str, cues: Cues) -> str:
    """The first line, where the title was found in a sentence such as "We are looking for ..."."""
    name = made.title.strip(" .")
    sought = any(SEEKS.match(one.text) for one in opening_of(made)[:3])
    plain = 0 < len(name.split()) <= 8 and name[:1].isupper()  # noqa: PLR2004 - a name
    known = alike(simple(name), simple(title)) or _is_fact(name, cues)
    return name if sought and plain and not known else ""


def _in_prose(made: Outline, title: str, cues: Cues) -> str:
    """A name with a word such as "trust" or "university" in the first sentences."""
    del cues
    for statement in opening_of(made):
        for match in _CAPITALS.finditer(statement.text):
            name = _ARTICLE.sub("", match[0]).strip()
            known = alike(simple(name), simple(title))
            if " " in name and GIVEN_FORM.search(simple(name)) and not known:
                return name
    return ""


def _beside_title(made: Outline, title: str, cues: Cues) -> str:
    """A part of the first heading beside the title: "Cook - The Green Spoon Café"."""
    for part in PARTED.split(made.title)[1:]:
        if not part[:1].isupper():
            continue
        name = simple(part).strip(" .")
        subject = any(simple(one.text).startswith(f"{name} ") for one in opening_of(made))
        known = cues.topics_of(marked(part, cues.language)) or name in simple(title)
        if (GIVEN_FORM.search(name) or subject) and not known:
            return part.strip(" .")
    return ""


def _in_page_title(made: Outline, page_title: str) -> str:
    """A part of the page's title that the text names as well, and that is no title of a post."""
    text = simple(" ".join(one.text for section in made.sections for one in section.statements))
    first, *others = PARTED.split(page_title)
    inside = simple(made.title)
    # What stands in the heading of the post too is rather its place.
    others.sort(key=lambda part: simple(part.strip()) in inside)
    for part in (*others, first):
        name = part.strip()
        known = part is first and alike(simple(name), inside)
        short = len(name.split()) <= 7 and name[:1].isupper()  # noqa: PLR2004 - a name
        told = re.sub(r"^association ", "", simple(name))
        if short and not known and re.search(rf"\b{re.escape(told)}\b", text):
            return name
    return ""


def _hiring(page_title: str) -> str:
    """Who hires by the title of a page: "Exemple recrute ...", "Job application for ... at X"."""
    found = _HIRES.match(page_title) or _AT.match(page_title)
    name = _ARTICLE.sub("", found["who"]).strip() if found else ""
    return name if 0 < len(name.split()) <= 8 and not _PRONOUN.match(simple(name)) else ""  # noqa: PLR2004


def _sought_by(made: Outline, title: str, cues: Cues) -> str:
    del title
    for heading in (made.title, *(section.heading for section in made.sections[:3])):
        if match := RECRUITS.match(heading):
            who = _ARTICLE.sub("", match["who"])
            return who.title() if who.isupper() else who
    for statement in opening_of(made):
        if (match := SEEKS.match(statement.text)) and match["what"]:
            who = re.sub(r"\s*\(.*$", "", match["who"].split(",")[0]).strip()
            named = not _PRONOUN.match(simple(who)) and not _is_fact(who, cues)
            if named and len(who.split()) <= 8:  # noqa: PLR2004 - a name
                first = _first_subject(made)
                # "The French mission is looking for": the employer was named before.
                return first or _ARTICLE.sub("", who)
    return ""


def _first_subject(made: Outline) -> str:
    for statement in made.sections[0].statements[:3]:
        match = _NAMED.match(statement.text)
        if match and len(match[1].split()) <= 7 and len(statement.text.split()) > 12:  # noqa: PLR2004
            return match[1]
    return ""


def _named_in_heading(made: Outline, title: str, cues: Cues) -> str:
    del title, cues
    for section in made.sections:
        match = _ABOUT.match(section.heading)
        if match and "organisation" in section.topics and not _PRONOUN.match(simple(match["who"])):
            return match["who"].strip(" ?:")
    return ""


def _is_fact(text: str, cues: Cues) -> bool:
    """Whether a text that looks like a name is on the post: "The driving licence is"."""
    words = [word for word in _ARTICLE.sub("", text).split() if len(word) > 3]  # noqa: PLR2004
    capitals = [word for word in words if word[0].isupper()]
    if len(capitals) > 1 and (len(capitals) == len(words) or capitals[1:] != words[1:2]):
        return False
    told = cues.topics_of(marked(text, cues.language)).keys()
    return any(not topic.startswith(("organisation", "location")) for topic in told)


def _is_known(who: str, made: Outline) -> bool:
    """Whether a single word at the beginning of a sentence is a name elsewhere too."""
    bare = _ARTICLE.sub("", who)
    texts = ". ".join(one.text for section in made.sections for one in section.statements)
    domain = simple(domain_name([texts]))
    within = re.search(rf"(?<=[\w,(] ){re.escape(bare)}\b", texts)
    return simple(bare) in domain or bool(within) or not bare.isalpha() or bare.isupper()


def _subject_of(made: Outline, title: str, cues: Cues) -> str:
    del title
    sections = [s for s in made.sections if {"organisation", "*context"} & {*s.topics}]
    others = [s for s in made.sections if s not in sections]
    for section in (*sections, *others[:2]):
        for statement in section.statements[:12]:
            if statement.label or statement.pair or statement.item:
                continue
            match = _SUBJECT.match(statement.text.replace("e.V.", "eV").replace("e. V.", "eV"))
            if match and not _PRONOUN.match(simple(match["who"])):
                who = _IN_PLACE.sub("", match["who"].split(",")[0].strip()).replace(" eV", " e.V.")
                alone = " " not in _ARTICLE.sub("", who) and not _is_known(who, made)
                if _is_name(who) and not alone and not _is_fact(who, cues):
                    return _ARTICLE.sub("", who) if len(_ARTICLE.sub("", who)) > 3 else who  # noqa: PLR2004
    return ""


def top_of(made: Outline, title: str) -> list[Statement]:
    """What stands above the first heading, or below the title where that is one of the headings."""
    found = list(made.sections[0].statements)
    for section in made.sections[1:2]:
        if alike(simple(section.heading), simple(title)):
            found += section.statements
    return found


def _is_name(text: str) -> bool:
    words = text.split()
    capitals = [word for word in words[1:] if word[0].isupper()] or [
        word for word in words if word[0].isupper() and len(words) == 1
    ]
    return len(words) <= 8 and bool(capitals or (words and words[0].isupper()))  # noqa: PLR2004


def _named_at_top(made: Outline, title: str, cues: Cues) -> str:
    """A short piece at the top that is neither title nor place nor contract."""
    pieces: list[str] = []
    first = [] if alike(simple(title), simple(made.title)) else [Statement(made.title, -1)]
    for statement in (*first, *top_of(made, title)[:4]):
        if statement.label or not is_pieces(statement.text):
            continue
        for part in PIECES.split(statement.text):
            text = part.strip(" .")
            hits = cues.topics_of(marked(text, cues.language)).keys() - {
                "organisation.size",
                "education",
            }
            bare = re.sub(r"^(?:at|chez|bei) ", "", text)
            fresh = bool(bare) and not hits and simple(bare) not in simple(title)
            if fresh and (bare[0].isupper() or bare[0] == "«"):
                pieces.append(text)
    for piece in pieces:
        piece = re.sub(r"^(?:at|chez|bei) (?=[A-ZÀ-Ý])", "", piece)  # noqa: PLW2901 - "at Exemple"
        if GIVEN_FORM.search(simple(piece)):
            return re.sub(r"^Association\s+(?=[A-ZÀ-Ý])", "", piece)
    return ""


def is_pieces(text: str) -> bool:
    """Whether a line at the top is made of short pieces, and no sentence."""
    return len(text.split()) <= TOP_WORDS or len(re.findall(r" [|•·] ", text)) > 1


def _below_title(made: Outline, title: str, cues: Cues) -> str:
    """What stands before a place below the title: "Lowmoor Orchards, near Ledbury"."""
    for statement in top_of(made, title)[:2]:
        parts = PIECES.split(statement.text)
        name = parts[0].strip(" .")
        words = name.split()
        named = len(words) > 1 and all(word[0].isupper() for word in (words[0], words[-1]))
        known = cues.topics_of(marked(name, cues.language)) or simple(name) in simple(title)
        short = len(parts) in (2, 3) and len(statement.text.split()) <= TOP_WORDS
        if short and named and not known and not statement.label:
            return name
    return ""
