"""Makes the PDF and DOCX sources beside it: `python tests/drafting/sources/make.py`."""

from collections.abc import Callable, Sequence
from pathlib import Path

import docx
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen import canvas
from reportlab.platypus import Flowable, ListFlowable, Paragraph, SimpleDocTemplate, Spacer

HERE = Path(__file__).parent
Lines = Sequence[str | tuple[str, ...]]

WOODWORK = (
    "# Conducteur·rice de travaux bois (H/F)",
    "SCOP Les Charpentiers du Vercors - Die (Drôme)",
    "## L'entreprise",
    "Coopérative de 38 salariés créée en 1997, nous construisons des bâtiments publics et des "
    "logements en ossature bois, avec des bois locaux et des matériaux biosourcés.",
    "## Votre mission",
    "Vous préparez et suivez quatre à cinq chantiers à la fois, de la commande des bois jusqu'à "
    "la réception. Vous encadrez trois équipes de charpentiers.",
    "- établir les plannings et les budgets des chantiers",
    "- conduire les réunions avec les architectes",
    "- veiller à la sécurité des compagnons",
    "## Profil souhaité",
    "De formation BTS charpente couverture ou licence professionnelle bois, vous avez au minimum "
    "trois années d'expérience en conduite de travaux. Permis B exigé. Une connaissance de "
    "l'allemand serait un atout.",
    "## Rémunération et avantages",
    "De 34 000 à 39 000 € brut annuel selon expérience, intéressement et participation. Véhicule "
    "de service, téléphone et ordinateur portable. Panier repas de 13,50 € par jour.",
    "## Temps de travail",
    "39 heures hebdomadaires, du lundi au vendredi midi. Déplacements quotidiens en Drôme et en "
    "Isère.",
    "## Contrat",
    "Contrat à durée indéterminée, statut cadre, période d'essai de quatre mois renouvelable une "
    "fois. Démarrage souhaité en avril 2027.",
    "## Candidature",
    "Adressez CV et lettre de motivation par courrier à SCOP Les Charpentiers du Vercors, "
    "12 avenue de la Clairette, 26150 Die, ou par mail à equipe@charpentiers-vercors.example. "
    "Date limite : 28 février 2027.",
    "Nous répondons à toutes les candidatures sous trois semaines.",
)
GUIDE = (
    "# Museum Educator",
    "Tidewater Maritime Museum, Portsmouth",
    "## About the museum",
    "The Tidewater Maritime Museum tells the story of the people who worked on the coast. We are "
    "an independent charity with 24 employees.",
    "## The job",
    "You will plan and lead school visits, develop new learning materials, and train our "
    "volunteers.",
    "## Skills and experience",
    "- a teaching qualification or a degree in history or education",
    "- experience of working with children aged 5 to 11",
    "- confidence in speaking to groups",
    "- knowledge of British Sign Language is desirable",
    "## Key facts",
    "Salary: £25,500 per year (pro rata £20,400)",
    "Hours: 30 hours per week, term time only, some weekends",
    "Contract type: Fixed-term contract until 31 August 2028 with the possibility of extension",
    "Start date: 6 September 2027",
    "Place of work: The Dockyard, Portsmouth PO1 3NX",
    "Closing date: 28 May 2027, 12 noon",
    "Interview date: 10 June 2027",
    "## How to apply",
    "To apply, email your completed application form to jobs@tidewater.example with the reference "
    "ME-2027. CVs are not accepted.",
    "Applications by post will also be considered.",
    "Questions about the role? Contact Hannah Lowe, Head of Learning, on 023 9200 0101.",
)
COORDINATOR = (
    "# Coordinateur·rice de programme (F/H)",
    "Handi-Sport Solidaire recrute pour son siège de Toulouse",
    ("Type de contrat", "CDD de 18 mois, à temps plein (37 h 30 par semaine, 15 jours de RTT)"),
    ("Lieu", "9 allée Jean-Jaurès, 31000 Toulouse, métro Jean-Jaurès"),
    ("Rémunération", "2 450 € brut par mois x 13"),
    ("Date de prise de fonction", "Lundi 4 octobre 2027"),
    ("Clôture des candidatures", "Mercredi 15 septembre 2027, 18 h"),
    ("Supérieur hiérarchique", "La directrice des programmes"),
    "## Présentation de l'association",
    "Handi-Sport Solidaire développe la pratique du sport pour les personnes en situation de "
    "handicap. Ses 12 clubs réunissent 1 800 adhérents.",
    "## Activités principales",
    "- Coordonner le programme « Tous en piste » avec les clubs",
    "- Organiser deux tournois par an, dont un à l'étranger",
    "- Suivre le budget et les indicateurs",
    "## Compétences requises",
    "- Master en développement social, sport ou santé publique",
    "- Deux ans d'expérience sur un poste similaire",
    "- Anglais niveau B2, espagnol apprécié",
    "- Aisance avec les tableurs",
    "## Ce que nous proposons",
    "Télétravail deux jours par semaine, mutuelle prise en charge à 70 %, carte restaurant de "
    "10 € par jour, chèques-vacances. Une formation à la langue des signes est proposée la "
    "première année.",
    "Déplacements : environ cinq par mois en Occitanie.",
    "## Comment postuler",
    "Dépôt du CV, d'une lettre de motivation et d'une copie du diplôme sur le formulaire "
    "https://handisport-solidaire.example/emploi. Ne pas envoyer de candidature par mail.",
    "Entretiens à Toulouse les 20 et 21 septembre 2027. Aucune réponse ne sera donnée aux "
    "candidatures non retenues.",
    "Poste ouvert aux personnes en situation de handicap ; les locaux sont accessibles.",
)
OFFICER = (
    "# Programme Officer, Water and Sanitation",
    "Vacancy notice no. WASH-0427",
    "## Background",
    "Blue Spring International works with communities in East Africa to build wells and keep them "
    "running. The Lake Basin project reaches 40 villages on the Kenyan shore.",
    "## Duty station and contract",
    "Kisumu, Kenya, with frequent travel to the field (about 40 % of the time).",
    "One-year contract, renewable depending on funding. Full time, 40 hours a week.",
    "Expected start: as soon as possible.",
    "## Purpose of the role",
    "The Programme Officer leads the monitoring of wells, writes donor reports and supervises "
    "four field assistants.",
    "## Requirements",
    "- Bachelor's degree in civil engineering, public health or a related field",
    "- Minimum of 3 years' experience in water projects",
    "- Fluent in English and Kiswahili; Dholuo is an advantage",
    "- Motorcycle licence",
    "- Only Kenyan nationals or holders of a valid work permit can be considered",
    "## Remuneration",
    "KES 180,000 gross per month, medical insurance for the employee and dependants, and 25 days "
    "of annual leave.",
    "## Applications",
    "Send a CV (maximum three pages) and a cover letter in English, in a single PDF, to "
    "hr@bluespring.example, quoting WASH-0427 in the subject line, no later than 20 May 2027.",
    "Only shortlisted candidates will be contacted. Blue Spring never asks for money at any stage "
    "of recruitment.",
    "We are an equal opportunity employer and encourage women to apply.",
    "Personal data of unsuccessful candidates is deleted after six months.",
)


def pdf(name: str, lines: Lines) -> None:
    """A PDF as office programs make it: headings, wrapped paragraphs, lists, a page's foot."""
    styles = getSampleStyleSheet()
    story: list[Flowable] = []
    for line in lines:
        text = line if isinstance(line, str) else " : ".join(line)
        if text.startswith("## "):
            story += [Spacer(1, 6), Paragraph(text[3:], styles["Heading2"])]
        elif text.startswith("# "):
            story.append(Paragraph(text[2:], styles["Title"]))
        elif text.startswith("- "):
            story.append(
                ListFlowable([Paragraph(text[2:], styles["BodyText"])], bulletType="bullet")
            )
        else:
            story.append(Paragraph(text, styles["BodyText"]))

    def foot(page: canvas.Canvas, document: object) -> None:
        page.setFont("Helvetica", 8)
        page.drawString(60, 25, f"Page {page.getPageNumber()} / 2")

    made = SimpleDocTemplate(str(HERE / name), pagesize=A4, invariant=1)
    made.build(story, onFirstPage=foot, onLaterPages=foot)


def word(name: str, lines: Lines) -> None:
    """A DOCX: heading styles, list styles, and a table where there are pairs."""
    document = docx.Document()
    pairs = [line for line in lines if isinstance(line, tuple)]
    for line in lines:
        if isinstance(line, tuple):
            if line is pairs[0]:
                table = document.add_table(rows=0, cols=2)
                for label, value in pairs:
                    cells = table.add_row().cells
                    cells[0].text, cells[1].text = label, value
        elif line.startswith("## "):
            document.add_heading(line[3:], 1)
        elif line.startswith("# "):
            document.add_heading(line[2:], 0)
        elif line.startswith("- "):
            document.add_paragraph(line[2:], style="List Bullet")
        else:
            document.add_paragraph(line)
    document.save(str(HERE / name))


MADE: dict[str, tuple[Callable[[str, Lines], None], Lines]] = {
    "conducteur-travaux.pdf": (pdf, WOODWORK),
    "museum-educator.pdf": (pdf, GUIDE),
    "coordinateur-programme.docx": (word, COORDINATOR),
    "programme-officer.docx": (word, OFFICER),
}

if __name__ == "__main__":
    for name, (make, lines) in MADE.items():
        make(name, lines)
