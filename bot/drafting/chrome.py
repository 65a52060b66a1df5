"""What belongs to the portal and not to the posting, where no mark-up tells them apart.

What stays out: mark-up itself (`page`), which knows more.
"""

import re
from collections.abc import Callable, Sequence

from bot.drafting.block import Block, Kind
from bot.drafting.values import simple

_PATH = re.compile(r"^[^.!?>›»]{1,40}(?:\s[>›»]\s[^.!?>›»]{1,60}){2,}$")
_NOTE = re.compile(r"\[[^\]]{3,120}\]")
_CONTROLS = re.compile(
    r"^(?:\W|ajouter aux favoris|imprimer|signaler|sauvegarder|enregistrer|partager|postuler|"
    r"cette|l'|annonce|offre|connexion|se connecter|accueil|menu|retour|aux offres|a la liste|"
    r"save|print|report|share|apply|now|this|the|job|vacancy|back to|results|aux resultats|"
    r"deposer un cv|mes alertes|mon compte|my account|search|log ?in|"
    r"sign ?(?:in|up)|home|all jobs|facebook|twitter|linkedin|whatsapp|e-?mail|merken|drucken|"
    r"impressum|datenschutz|mentions legales|aviso legal|privacy(?: policy)?|cookies|terms|legal|"
    r"teilen|zuruck|jetzt bewerben|guardar|imprimir|compartir|volver)+$"
)
_FOOTER = re.compile(
    r"^(?:(?:\d+|an?|one) (?:hour|day|week|month)s? ago|(?:over )?\d+ applicants|"
    r"il y a \d+ (?:jour|heure|"
    r"semaine|mois)|vor \d+ (?:tag|stunde|woche|monat)|hace \d+ (?:dia|hora|semana|mes)|"
    r"note \d[.,]?\d? ?/ ?5|\d[.,]\d (?:out of|sur|von) 5|"
    r"©|referrals increase|see who .{2,60} has hired|be among the first|powered by|propulse par|"
    r".{0,60}ne pas jeter sur|ce (?:message|courriel|mail) (?:est|et) |this e-?mail (?:is|and)|"
    r"merci de (?:faire "
    r"passer|diffuser|relayer)|save this job|apply for this job$|\* ?(?:required|obligatoire|"
    r"pflicht)|"
    r"©|\(c\) ?\d{4}|copyright\b|all rights reserved|tous droits|mentions legales|impressum|"
    r"aviso legal|cookies?\b.{0,60}(?:accept|use|utilis)|(?:we use|nous utilisons des|este sitio "
    r"usa|diese (?:web)?site verwendet) .{0,12}cookies)"
)
_OTHERS = re.compile(
    r"^\W*(?:(?:les |nos |voir )?autres (?:offres|annonces|emplois)|(?:offres|annonces|emplois|"
    r"jobs) (?:similaires|associees|recommandees|qui|du meme|proches)|ces (?:offres|annonces)|"
    r"vous (?:aimerez|pourriez)|similar (?:jobs|vacancies|roles|posts)|related (?:jobs|vacancies)|"
    r"recommended (?:jobs|for you)|more (?:jobs|vacancies|roles)|people also|you (?:might|may) "
    r"also|jobs you|ahnliche (?:stellen|jobs)|weitere (?:stellen|jobs)|das konnte|ofertas "
    r"(?:similares|relacionadas|que)|otras ofertas|tambien te)"
)
_MOST_WORDS = 9
_OPENING = 3


def without_chrome(blocks: Sequence[Block], is_heading: Callable[[Block], bool]) -> list[Block]:
    """*blocks* without paths, buttons and footers, and without the list of other postings.

    Such a list ends with the next block that *is_heading* knows for one of a posting.
    """
    kept: list[Block] = []
    skipping = False
    for block in blocks:
        text = simple(block.text)
        pieces = block.text.split("|")
        if len(pieces) > 1 and any(_CONTROLS.match(simple(piece)) for piece in pieces):
            continue
        short = len(text.split()) <= _MOST_WORDS
        if (
            _NOTE.fullmatch(block.text)
            or _FOOTER.match(text)
            or _PATH.match(block.text)
            or (short and _CONTROLS.match(text))
        ):
            continue
        if short and block.kind is not Kind.ITEM and _OTHERS.match(text):
            # At the very top it is a way back to the list.
            skipping = len(kept) >= _OPENING
            continue
        skipping = skipping and not is_heading(block)
        if not skipping:
            kept.append(block)
    return kept
