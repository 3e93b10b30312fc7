"""Invented people, firms and addresses of the eight countries the programme serves.

Names are ordinary first and last names put together at random; firms are invented. Telephone
numbers come from ranges that the national regulators keep free for film and fiction (Germany,
France, United Kingdom, Ireland, United States). Austria, Spain and Italy keep no such range, so
theirs start with a prefix that is not allotted to anybody.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Country:
    """What the seed needs to know about one country."""

    code: str
    currency: str
    language: str  # one of Stripe's preferred locales
    utc_offset: int  # hours in winter; good enough to put purchases into waking hours
    first: tuple[str, ...]
    last: tuple[str, ...]
    firms: tuple[str, ...]
    firm_suffix: str
    streets: tuple[str, ...]  # "%d" is the house number
    cities: tuple[tuple[str, str, str | None], ...]  # city, postal code, state
    phones: tuple[tuple[str, int], ...]  # prefix and how many digits follow


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.strip().split(";"))


def _cities(text: str) -> tuple[tuple[str, str, str | None], ...]:
    rows = [tuple(part.strip() for part in row.split("|")) for row in text.strip().split(";")]
    return tuple((row[0], row[1], row[2] if len(row) > 2 else None) for row in rows)


GERMANY = Country(
    "DE", "eur", "de", 1,
    _words("Lena Jonas Emre Marta Sophie Paul Aylin Felix Katarzyna Max Mia Tobias Elif Jürgen "
           "Hannah Dmitri Anke Björn Clara Mehmet Greta Oskar Ines Matthias Nele Yusuf"),
    _words("Hoffmann Schäfer Yılmaz Kowalski Brandt Krüger Öztürk Lindner Seidel Vogt Böhm "
           "Petrov Winkler Neumann Demir Jansen Ziegler Albrecht Groß Nowak Pohl Arslan Busch"),
    _lines("Nordwind Logistik GmbH; Spreewerk Design UG; Kranich Medien GmbH; Alster Bau KG; "
           "Tannhof Catering GmbH"),
    "GmbH",
    _lines("Lindenallee %d; Am Mühlbach %d; Kastanienweg %d; Bahnhofstraße %d; Goethestraße %d; "
           "Uferpromenade %d; Rosengasse %d; Schillerplatz %d"),
    _cities("Berlin|10437; Hamburg|20357; München|80469; Köln|50674; Leipzig|04107; "
            "Frankfurt am Main|60318; Bremen|28203; Dresden|01099"),
    (("+493023125", 3), ("+494066969", 3), ("+498999998", 3), ("+496990009", 3),
     ("+492214710", 3), ("+4917139200", 2)),
)  # fmt: skip
AUSTRIA = Country(
    "AT", "eur", "de", 1,
    _words("Anna Lukas Milica Stefan Theresa Dragan Valentina Florian Magdalena Marko Johanna "
           "Clemens Zsófia Andreas Leonie Franziska Ivan Barbara Severin Selin"),
    _words("Gruber Huber Steiner Jovanović Moser Pichler Horvat Egger Wagner Novotny Eder "
           "Leitner Kovács Fuchs Wimmer Auer Brunner Lechner Schwarz Haslinger"),
    _lines("Almtal Tischlerei GmbH; Donaufunk Medien GmbH; Bergblick Reisen KG"),
    "GmbH",
    _lines("Wiesengasse %d; Mariengasse %d; Hauptplatz %d; Kirchengasse %d; Feldweg %d; "
           "Neugasse %d"),
    _cities("Wien|1070; Graz|8010; Linz|4020; Salzburg|5020; Innsbruck|6020; Klagenfurt|9020"),
    (("+4310", 6),),
)  # fmt: skip
FRANCE = Country(
    "FR", "eur", "fr", 1,
    _words("Camille Hugo Inès Mathieu Aïcha Léa Antoine Chloé Karim Margaux Théo Fatou Julien "
           "Élodie Nicolas Manon Bastien Amélie Youssef Solène Jean-Luc Océane Rémi Nadia"),
    _words("Moreau Lefèvre Dubois Benali Girard Fontaine Rousseau Chevalier Diallo Perrin "
           "Marchand Gauthier Renaud Lemaire Nguyen Barbier Mercier Da-Costa Colin Faure"),
    _lines("Atelier Brumaire SARL; Rivage Conseil SAS; Maison Verdoux SARL; Lumen Studio SAS"),
    "SARL",
    _lines("%d rue des Tilleuls; %d avenue de la Gare; %d quai du Moulin; %d place du Marché; "
           "%d chemin des Vignes; %d rue Molière"),
    _cities("Paris|75011; Lyon|69003; Marseille|13006; Bordeaux|33000; Lille|59800; Nantes|44000;"
            "Strasbourg|67000; Toulouse|31000"),
    (("+33639980", 3), ("+3319900", 4), ("+3326191", 4), ("+3335301", 4), ("+3346571", 4)),
)  # fmt: skip
SPAIN = Country(
    "ES", "eur", "es", 1,
    _words("Lucía Javier Carmen Diego Elena Pablo Marta Andrés Nuria Iker Sofía Álvaro Ainhoa "
           "Sergio Rocío Fátima Adrián Pilar Joaquín Begoña Mihai Valeria"),
    _words("García Fernández Navarro Ortega Ibáñez Castillo Núñez Romero Serrano Molina Vidal "
           "Echeverría Popescu Cabrera Prieto Santos Rubio Lozano Peña Crespo"),
    _lines("Talleres Duero SL; Mar Azul Eventos SL; Olivar Digital SL"),
    "SL",
    _lines("Calle del Olmo %d; Avenida del Puerto %d; Plaza Mayor %d; Calle San Isidro %d; "
           "Paseo de la Ribera %d; Calle Alameda %d"),
    _cities("Madrid|28012; Barcelona|08036; Valencia|46002; Sevilla|41003; Bilbao|48009; "
            "Zaragoza|50001; Málaga|29008"),
    (("+34500", 6),),
)  # fmt: skip
ITALY = Country(
    "IT", "eur", "it", 1,
    _words("Giulia Marco Francesca Luca Chiara Matteo Sara Davide Ilaria Andrea Valentina "
           "Lorenzo Niccolò Elisa Simone Aurora Amina Federico Beatrice Gjon"),
    _words("Rossi Esposito Bianchi Ricci Marino Greco Conti De-Luca Costa Gallo Ferrara Rinaldi "
           "Caruso Leone Villa Hoxha Serra D'Angelo Monti Barbieri"),
    _lines("Ferramenta Adda Srl; Studio Girasole Srl; Trasporti Brenta Srl"),
    "Srl",
    _lines("Via dei Platani %d; Corso Garibaldi %d; Via San Marco %d; Piazza del Duomo %d; "
           "Viale della Stazione %d; Via Manzoni %d"),
    _cities("Roma|00184; Milano|20124; Torino|10123; Napoli|80134; Bologna|40121; Firenze|50123; "
            "Palermo|90133"),
    (("+3930000", 5),),
)  # fmt: skip
IRELAND = Country(
    "IE", "eur", "en", 0,
    _words("Aoife Conor Niamh Patrick Saoirse Declan Ciara Sean Róisín Eoin Agnieszka Oisín "
           "Grace Cormac Orla Fionn Sinéad Daniel Chidi Maeve"),
    _words("Murphy O'Brien Kelly Byrne Walsh Doyle McCarthy Gallagher Nolan Kavanagh Zielinski "
           "Fitzgerald Brennan O'Neill Quinn Okafor Dunne Hayes Flynn Keane"),
    _lines("Liffey Lane Studio Ltd; Burren Outdoors Ltd; Corrib Foods Ltd"),
    "Ltd",
    _lines("%d Harbour Road; %d Chapel Lane; %d Abbey Street; %d Oak Park; %d Mill View; "
           "%d Castle Avenue"),
    _cities("Dublin|D08 X2Y4; Cork|T12 K7P2; Galway|H91 W3E6; Limerick|V94 R5T8; "
            "Waterford|X91 P0K3"),
    (("+3532091", 5),),
)  # fmt: skip
BRITAIN = Country(
    "GB", "gbp", "en", 0,
    _words("Oliver Amelia Priya Harry Isla Mohammed Charlotte George Zara Callum Emily Kwame "
           "Freya Rhys Sophie Arjun Megan Ewan Ffion Thomas Adaeze Imran Alice Joseph"),
    _words("Patel Hughes Campbell Bennett Okonkwo Ahmed Fraser Griffiths Wright Shah Mitchell "
           "Evans MacLeod Turner Khan Cooper Barnes Osei Reid Lloyd Harrison Singh Foster"),
    _lines("Thistle & Oak Ltd; Harbour Print Works Ltd; Pennine Carriers Ltd; Fenland Tech Ltd"),
    "Ltd",
    _lines("%d Station Road; %d Church Lane; %d Victoria Terrace; %d Mill Street; "
           "%d Orchard Close; %d Queen's Avenue; %d Beacon Hill"),
    _cities("London|E8 3RL; Manchester|M4 1HN; Birmingham|B12 9QE; Leeds|LS6 2AB; "
            "Edinburgh|EH3 9LN; Bristol|BS6 5JY; Cardiff|CF11 9LJ; Belfast|BT9 6AF"),
    (("+447700900", 3), ("+442079460", 3), ("+441632960", 3), ("+441214960", 3),
     ("+441134960", 3), ("+441314960", 3)),
)  # fmt: skip
AMERICA = Country(
    "US", "usd", "en", -5,
    _words("Emma Liam Sofia Noah Maya Ethan Aaliyah Carlos Grace Mason Mei Jamal Hannah Diego "
           "Abigail Tyler Priya Logan Rosa Caleb Nia Owen Ling Marcus Chloe Andre"),
    _words("Johnson Ramirez Nguyen Carter Washington Kim Brooks Rivera Sullivan Patel Bailey "
           "Cooper Torres Freeman Chen Jenkins Morales Hayes Coleman Novak Diaz Bryant Wallace"),
    _lines("Juniper Trail LLC; Bluebonnet Media Inc; Pier Nine Supply LLC; Cascade Labs Inc"),
    "LLC",
    _lines("%d Maple Avenue; %d Oak Street; %d Lakeview Drive; %d Sunset Boulevard; "
           "%d Washington Street; %d Cedar Lane; %d Park Place"),
    _cities("Portland|97214|OR; Austin|78704|TX; Chicago|60614|IL; Brooklyn|11215|NY; "
            "Denver|80205|CO; Atlanta|30307|GA; Seattle|98103|WA; San Diego|92104|CA"),
    tuple((f"+1{area}55501", 2) for area in
          (503, 512, 312, 718, 303, 404, 206, 619, 415, 617, 305, 602, 702, 215, 313)),
)  # fmt: skip

COUNTRIES = {
    country.code: country
    for country in (GERMANY, AUSTRIA, FRANCE, SPAIN, ITALY, IRELAND, BRITAIN, AMERICA)
}
MAIL_DOMAINS = ("mailbox.example", "post.example", "inbox.example", "webmail.example")


def phone(country: Country, number: int) -> str:
    """Telephone number `number` of `country` (E.164); a range that is used up begins again."""
    spread, rest = divmod(number, len(country.phones))
    prefix, digits = country.phones[rest]
    return f"{prefix}{spread * 37 % 10**digits:0{digits}d}"
