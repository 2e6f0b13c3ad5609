"""Where the facts were read. Titles and dates are theirs; every summary is ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Source:
    label: str
    url: str = ""
    read_date: date = date(2026, 11, 1)

    def as_fields(self) -> dict[str, Any]:
        return {"source_label": self.label, "source_url": self.url, "source_read_date": self.read_date}


PRESS_RELEASE = Source("Communiqué de presse du Cnesco, 28 septembre 2018", "https://www.cnesco.fr/")
ATLAS = Source(
    "Atlas français de la coopération décentralisée, fiche « Education France /Québec, approche comparée »"
)
MEASURES = Source(
    "Cnesco, « Agir face au décrochage scolaire : bilan et préconisations »",
    "https://www.cnesco.fr/fr/agir-face-au-decrochage-scolaire-bilan-et-preconisations-du-cnesco",
)
DROPOUT_POINTS = Source(
    "Cnesco, préconisations sur le décrochage scolaire",
    "https://www.cnesco.fr/decrochage-scolaire/preconisations",
)
BANQUE = Source(
    "Banque des territoires, « Lutte contre le décrochage scolaire »",
    "https://www.banquedesterritoires.fr/lutte-contre-le-decrochage-scolaire-lecole-et-les-collectivites-peuvent-encore-mieux-faire",
)
GAZETTE = Source("La Gazette des communes, article 534802", "https://www.lagazettedescommunes.com/534802")
GUIDANCE_POINTS = Source(
    "Cnesco, « Éducation à l'orientation » : préconisations",
    "https://www.cnesco.fr/fr/education-a-lorientation/preconisations-du-cnesco",
)
GUIDANCE_BOOKLET = Source("Livret du participant, 8–9 novembre 2018", "https://fdocuments.fr/")
GUIDANCE_TALKS = Source("UNSA Éducation, compte rendu de la conférence", "https://www.unsa-education.com/")
CAFE_2018 = Source("Le Café pédagogique, 13 septembre 2018", "https://www.cafepedagogique.net/2018/09/13")
CAFE_87018 = Source("Le Café pédagogique", "https://www.cafepedagogique.net/?p=87018")
LANGUAGES_PAGE = Source(
    "Cnesco, page de la conférence sur les langues vivantes étrangères",
    "https://www.cnesco.fr/fr/anglais-espagnol-allemand-conference-de-consensus-sur-les-langues-vivantes-etrangeres",
)
LANGUAGES_REPORTS = Source(
    "D. Macaire, carnet du 11 avril 2019", "https://perso.atilf.fr/dmacaire/blog/2019/04/11"
)
LANGUAGES_TITLES = Source(
    "Kananas, 17 avril 2019 (intitulés des recommandations)", "https://kananas.com/uplegess/2019/04/17"
)
YMCA_2023 = Source("YMCA Canada, rapport 2023", "https://www.ymca.ca/")
YMCA_2025 = Source("YMCA du Québec, 2025", "https://www.ymcaquebec.org/")
PRESS_12_8 = Source("Presse : 12,8 % en 2007, 8,8 % ensuite")
DECREE_NORMANDIE = Source("Décret n° 2019-1056 (académie de Normandie, 1er janvier 2020)")
BODIES = Source("Pages publiques des organismes, lues en novembre 2026")
CNESCO_PROCESS = Source(
    "Cnesco, processus de la conférence sur les langues vivantes",
    "https://www.cnesco.fr/langues-vivantes/processus-de-la-conference",
)
