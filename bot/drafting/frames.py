"""The few words around a value of the metadata, and what a draft says by itself, by language."""

from collections.abc import Mapping

FRAMES: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "title": "Offre d'emploi",
        "deadline": "Date limite de candidature : {closes}.",
        "deadline_closed": "La date limite, le {closes}, est passée.",
        "apply_closed": "La date limite de candidature, le {closes}, est passée.",
        "location": "Lieu de travail : {}", "start_date": "Prise de poste : {}",
        "salary": "Rémunération : {}", "hours": "Temps de travail : {}",
        "contract": "Type de contrat : {}", "organisation": "Employeur : {}",
        "experience": "Expérience demandée : {}", "education": "Formation demandée : {}",
        "application_subject": "Référence de l'offre : {}", "contact_human": "Contact : {}",
        "eligibility": "Conditions : {}", "remote": "Le télétravail est possible.",
        "eligibility.residence": "Télétravail depuis : {}", "benefits": "Avantages : {}",
        "salary.bonus": "Primes : {}", "months": "{} mois", "range": "entre {} et {}",
        "name": "L'employeur", "industry": "Secteur : {}",
        "apply": "La candidature se fait directement sur la page de l'offre.",
        "reference": "référence",
    },
    "en": {
        "title": "Job posting",
        "deadline": "Closing date for applications: {closes}.",
        "deadline_closed": "The deadline, {closes}, has passed.",
        "apply_closed": "The deadline for applications, {closes}, has passed.",
        "location": "Place of work: {}", "start_date": "Start date: {}", "salary": "Salary: {}",
        "hours": "Working hours: {}", "contract": "Type of contract: {}",
        "organisation": "Employer: {}", "experience": "Experience required: {}",
        "education": "Education required: {}",
        "application_subject": "Reference of the posting: {}", "contact_human": "Contact: {}",
        "eligibility": "Conditions: {}", "remote": "Remote work is possible.",
        "eligibility.residence": "Remote work from: {}", "benefits": "Benefits: {}",
        "salary.bonus": "Bonus: {}", "months": "{} months", "range": "between {} and {}",
        "name": "The employer", "industry": "Sector: {}",
        "apply": "Applications are made directly on the page of the posting.",
        "reference": "reference",
    },
    "de": {
        "title": "Stellenangebot",
        "deadline": "Bewerbungsfrist: {closes}.",
        "deadline_closed": "Die Bewerbungsfrist ({closes}) ist abgelaufen.",
        "apply_closed": "Die Bewerbungsfrist ({closes}) ist abgelaufen.",
        "location": "Arbeitsort: {}", "start_date": "Beginn: {}", "salary": "Vergütung: {}",
        "hours": "Arbeitszeit: {}", "contract": "Vertragsart: {}", "organisation": "Arbeitgeber: {}",
        "experience": "Berufserfahrung: {}", "education": "Ausbildung: {}",
        "application_subject": "Kennziffer: {}", "contact_human": "Kontakt: {}",
        "eligibility": "Voraussetzungen: {}", "remote": "Homeoffice ist möglich.",
        "eligibility.residence": "Homeoffice aus: {}", "benefits": "Leistungen: {}",
        "salary.bonus": "Prämien: {}", "months": "{} Monate", "range": "{} bis {}",
        "name": "Der Arbeitgeber", "industry": "Branche: {}",
        "apply": "Die Bewerbung erfolgt direkt auf der Seite der Stelle.",
        "reference": "Kennziffer",
    },
    "es": {
        "title": "Oferta de empleo",
        "deadline": "Fecha límite de candidatura: {closes}.",
        "deadline_closed": "El plazo ({closes}) ha terminado.",
        "apply_closed": "El plazo ({closes}) ha terminado.",
        "location": "Lugar de trabajo: {}", "start_date": "Incorporación: {}",
        "salary": "Salario: {}", "hours": "Jornada: {}", "contract": "Tipo de contrato: {}",
        "organisation": "Empleador: {}", "experience": "Experiencia requerida: {}",
        "education": "Formación requerida: {}", "application_subject": "Referencia de la oferta: {}",
        "contact_human": "Contacto: {}", "eligibility": "Condiciones: {}",
        "remote": "Es posible el teletrabajo.", "eligibility.residence": "Teletrabajo desde: {}",
        "benefits": "Beneficios: {}", "salary.bonus": "Incentivos: {}", "months": "{} meses",
        "range": "entre {} y {}", "name": "El empleador", "industry": "Sector: {}",
        "apply": "La candidatura se presenta directamente en la página de la oferta.",
        "reference": "referencia",
    },
}  # fmt: skip
UNITS: Mapping[str, Mapping[str, str]] = {
    "fr": {"HOUR": "par heure", "DAY": "par jour", "WEEK": "par semaine", "MONTH": "par mois",
           "YEAR": "par an"},
    "en": {"HOUR": "an hour", "DAY": "a day", "WEEK": "a week", "MONTH": "a month",
           "YEAR": "a year"},
    "de": {"HOUR": "pro Stunde", "DAY": "pro Tag", "WEEK": "pro Woche", "MONTH": "im Monat",
           "YEAR": "im Jahr"},
    "es": {"HOUR": "por hora", "DAY": "al día", "WEEK": "a la semana", "MONTH": "al mes",
           "YEAR": "al año"},
}  # fmt: skip
KINDS: Mapping[str, Mapping[str, str]] = {
    "fr": {"FULL_TIME": "temps plein", "PART_TIME": "temps partiel",
           "CONTRACTOR": "prestation indépendante", "TEMPORARY": "contrat temporaire",
           "INTERN": "stage", "VOLUNTEER": "bénévolat", "PER_DIEM": "à la journée"},
    "en": {"FULL_TIME": "full time", "PART_TIME": "part time", "CONTRACTOR": "contractor",
           "TEMPORARY": "temporary", "INTERN": "internship", "VOLUNTEER": "volunteering",
           "PER_DIEM": "paid by the day"},
    "de": {"FULL_TIME": "Vollzeit", "PART_TIME": "Teilzeit", "CONTRACTOR": "freie Mitarbeit",
           "TEMPORARY": "befristet", "INTERN": "Praktikum", "VOLUNTEER": "Ehrenamt",
           "PER_DIEM": "tageweise"},
    "es": {"FULL_TIME": "jornada completa", "PART_TIME": "jornada parcial",
           "CONTRACTOR": "por cuenta propia", "TEMPORARY": "temporal", "INTERN": "prácticas",
           "VOLUNTEER": "voluntariado", "PER_DIEM": "por días"},
}  # fmt: skip
OWN: Mapping[str, Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "context": {
        "fr": ("Le contexte", ("Quel est le contexte du poste ?", "Dans quel contexte s'inscrit ce recrutement ?", "Pouvez-vous décrire le contexte de la mission ?")),
        "en": ("The context", ("What is the context of this post?", "What is the background to this role?", "Can you describe the setting of the job?")),
        "de": ("Der Hintergrund", ("Was ist der Hintergrund dieser Stelle?", "In welchem Umfeld ist die Stelle angesiedelt?")),
        "es": ("El contexto", ("¿Cuál es el contexto del puesto?", "¿En qué contexto se enmarca este trabajo?")),
    },
    "projects": {
        "fr": ("Les projets", ("Quels sont vos projets ?", "Pouvez-vous parler des projets en cours ?", "En quoi consiste le projet ?")),
        "en": ("The projects", ("What are your projects?", "Can you tell me about the projects you run?", "What is the project about?")),
        "de": ("Die Projekte", ("Welche Projekte gibt es?", "Worum geht es in dem Projekt?")),
        "es": ("Los proyectos", ("¿Cuáles son sus proyectos?", "¿En qué consiste el proyecto?")),
    },
    "": {
        "fr": ("{}", ("{} ?", "Pouvez-vous m'en dire plus sur « {} » ?", "Que dit l'annonce sur « {} » ?")),
        "en": ("{}", ("{}?", "Can you tell me more about “{}”?", "What does the advert say about “{}”?")),
        "de": ("{}", ("{}?", "Können Sie mehr zu „{}“ sagen?", "Was steht in der Anzeige zu „{}“?")),
        "es": ("{}", ("¿{}?", "¿Puede decirme más sobre «{}»?", "¿Qué dice el anuncio sobre «{}»?")),
    },
}  # fmt: skip
ZONES = {"fr": "Europe/Paris", "en": "Europe/London", "de": "Europe/Berlin", "es": "Europe/Madrid"}
COUNTRIES = {
    "FR": "Europe/Paris", "GB": "Europe/London", "UK": "Europe/London", "DE": "Europe/Berlin",
    "ES": "Europe/Madrid", "BE": "Europe/Brussels", "CH": "Europe/Zurich", "AT": "Europe/Vienna",
    "IE": "Europe/Dublin", "LU": "Europe/Luxembourg", "IT": "Europe/Rome", "NL": "Europe/Amsterdam",
    "KE": "Africa/Nairobi", "SN": "Africa/Dakar", "MA": "Africa/Casablanca", "TN": "Africa/Tunis",
    "PT": "Europe/Lisbon", "PL": "Europe/Warsaw", "GR": "Europe/Athens", "CI": "Africa/Abidjan",
}  # fmt: skip
SPOKEN = tuple(FRAMES)


def frame(key: str, language: str) -> str:
    """The words for *key* in *language*, or in English."""
    return FRAMES.get(language, FRAMES["en"])[key]
