"""Invented merchants with the category names and codes Stripe uses."""

from __future__ import annotations

from dataclasses import dataclass

FURNITURE = "furniture_home_furnishings_and_equipment_stores_except_appliances"

# Names of Stripe's merchant categories with their codes (ISO 18245).
CATEGORY_CODES = {
    "airlines_air_carriers": "4511", "automated_cash_disburse": "6011",
    "automated_fuel_dispensers": "5542", "bakeries": "5462", "betting_casino_gambling": "7995",
    "book_stores": "5942", "car_rental_agencies": "7512", "commuter_transport_and_ferries": "4111",
    "computer_network_services": "4816", "computer_software_stores": "5734",
    "computers_peripherals_and_software": "5045", "cosmetic_stores": "5977",
    "courier_services": "4215", "department_stores": "5311", "digital_goods_games": "5816",
    "digital_goods_media": "5815", "direct_marketing_subscription": "5968",
    "drinking_places": "5813", "drug_stores_and_pharmacies": "5912",
    "eating_places_restaurants": "5812", "electric_vehicle_charging": "5552",
    "electronics_stores": "5732", "fast_food_restaurants": "5814", "florists": "5992",
    FURNITURE: "5712",
    "grocery_stores_supermarkets": "5411", "hardware_stores": "5251",
    "hobby_toy_and_game_shops": "5945", "hotels_motels_and_resorts": "7011",
    "mens_womens_clothing_stores": "5691", "motion_picture_theaters": "7832",
    "office_and_commercial_furniture": "5021", "opticians_eyeglasses": "8043",
    "parking_lots_garages": "7523", "passenger_railways": "4112",
    "pet_shops_pet_food_and_supplies": "5995", "service_stations": "5541",
    "shoe_stores": "5661", "sporting_goods_stores": "5941",
    "sports_clubs_fields": "7941", "taxicabs_limousines": "4121",
    "telecommunication_services": "4814", "theatrical_ticket_agencies": "7922",
    "tourist_attractions_and_exhibits": "7991",
}  # fmt: skip


@dataclass(frozen=True)
class Shop:
    """One merchant: where it is, what it sells, in which way and for how much it is paid."""

    name: str
    category: str
    city: str
    country: str
    low: int  # amounts in minor units of the merchant's currency
    high: int
    way: str  # "shop" (card present) or "online"
    hours: tuple[int, int] = (9, 20)  # local opening hours

    @property
    def code(self) -> str:
        """The merchant category code."""
        return CATEGORY_CODES[self.category]

    @property
    def url(self) -> str | None:
        """The web address an online merchant sends with 3D Secure."""
        if self.way != "online":
            return None
        letters = "".join(c for c in self.name.lower() if c.isascii() and (c.isalnum() or c == " "))
        return f"https://{'-'.join(letters.split())}.example"


def _shops(country: str, table: str) -> tuple[Shop, ...]:
    """Rows of name|category|city|low-high in whole units|way|hours."""
    factor = 1 if country == "JP" else 100
    shops = []
    for row in table.strip().splitlines():
        name, category, city, amounts, way, hours = (part.strip() for part in row.split("|"))
        category = {"FURNITURE": FURNITURE}.get(category, category)
        low, high = (int(part) * factor for part in amounts.split("-"))
        start, end = (int(part) for part in hours.split("-"))
        shops.append(Shop(name, category, city, country, low, high, way, (start, end)))
    return tuple(shops)


HOME: dict[str, tuple[Shop, ...]] = {
    "DE": _shops("DE", """
        Frischmarkt am Eck|grocery_stores_supermarkets|Berlin|8-95|shop|8-21
        Café Linde|eating_places_restaurants|Berlin|4-28|shop|8-19
        Bäckerei Sommerfeld|bakeries|Hamburg|3-14|shop|7-17
        DB Vertrieb|passenger_railways|Frankfurt|19-140|online|6-22
        QuickTaxi|taxicabs_limousines|Berlin|9-38|shop|6-23
        Elektro Nord|electronics_stores|Hamburg|30-420|shop|10-19
        Apotheke am Markt|drug_stores_and_pharmacies|Leipzig|5-48|shop|9-18
        Wirtshaus Zum Anker|eating_places_restaurants|Köln|18-85|shop|12-22
        Stadtkino Orion|motion_picture_theaters|München|11-36|shop|15-22
        Buchladen Kranich|book_stores|Dresden|9-60|shop|10-19
        Möbelhaus Birke|FURNITURE|Bremen|60-380|shop|10-19
        Hotel Astoria|hotels_motels_and_resorts|Leipzig|95-260|shop|8-22
        Tankhof Süd|automated_fuel_dispensers|München|35-95|shop|6-22
    """),
    "AT": _shops("AT", """
        Greißlerei Donau|grocery_stores_supermarkets|Wien|7-82|shop|7-20
        Kaffeehaus Resselpark|eating_places_restaurants|Wien|5-32|shop|8-20
        Alpenbahn Tickets|passenger_railways|Wien|14-110|online|6-22
        Sport Gipfelkreuz|sporting_goods_stores|Innsbruck|25-310|shop|9-18
        Apotheke Zur Quelle|drug_stores_and_pharmacies|Graz|6-44|shop|8-18
        Beisl Grüner Krug|eating_places_restaurants|Linz|16-78|shop|11-22
        Pension Almrausch|hotels_motels_and_resorts|Salzburg|88-240|shop|8-21
        Tankstelle Murtal|service_stations|Graz|30-88|shop|6-22
    """),
    "FR": _shops("FR", """
        Supérette du Canal|grocery_stores_supermarkets|Paris|6-88|shop|8-21
        Boulangerie Marceau|bakeries|Lyon|2-16|shop|7-19
        Bistrot des Halles|eating_places_restaurants|Paris|15-90|shop|12-22
        Rail Hexagone|passenger_railways|Paris|25-150|online|6-22
        Pharmacie du Rhône|drug_stores_and_pharmacies|Lyon|5-52|shop|9-19
        Librairie Le Phare|book_stores|Nantes|8-64|shop|10-19
        Station Garonne|automated_fuel_dispensers|Bordeaux|35-96|shop|6-22
        Mode Capucine|mens_womens_clothing_stores|Lille|24-190|shop|10-19
        Hôtel du Vieux Port|hotels_motels_and_resorts|Marseille|90-270|shop|8-22
    """),
    "ES": _shops("ES", """
        Mercado La Encina|grocery_stores_supermarkets|Madrid|6-78|shop|9-21
        Cafetería Girasol|eating_places_restaurants|Valencia|3-24|shop|8-20
        Tapas El Faro|eating_places_restaurants|Sevilla|14-74|shop|13-23
        Trenes del Sur|passenger_railways|Madrid|18-130|online|6-22
        Farmacia Alameda|drug_stores_and_pharmacies|Málaga|4-46|shop|9-20
        Zapatería Lola|shoe_stores|Barcelona|29-150|shop|10-20
        Hostal Bahía|hotels_motels_and_resorts|Málaga|60-190|shop|8-22
        Gasolinera Ebro|service_stations|Zaragoza|30-85|shop|6-22
    """),
    "IT": _shops("IT", """
        Alimentari Fratelli Sole|grocery_stores_supermarkets|Roma|6-80|shop|8-20
        Bar Centrale|eating_places_restaurants|Bologna|2-18|shop|7-20
        Trattoria La Pergola|eating_places_restaurants|Firenze|18-95|shop|12-23
        Treni Tirreno|passenger_railways|Roma|16-125|online|6-22
        Farmacia San Luca|drug_stores_and_pharmacies|Napoli|5-49|shop|9-19
        Libreria Il Gabbiano|book_stores|Torino|8-58|shop|10-19
        Albergo Miramonti|hotels_motels_and_resorts|Torino|75-230|shop|8-22
        Benzina Po|automated_fuel_dispensers|Milano|30-92|shop|6-22
    """),
    "IE": _shops("IE", """
        Corner Pantry|grocery_stores_supermarkets|Dublin|7-86|shop|8-21
        The Salty Heron|eating_places_restaurants|Galway|14-82|shop|12-22
        Coppersmith Coffee|eating_places_restaurants|Dublin|4-16|shop|7-17
        Emerald Rail|passenger_railways|Dublin|12-80|online|6-22
        Harbour Pharmacy|drug_stores_and_pharmacies|Cork|5-42|shop|9-18
        Shannon Fuels|service_stations|Limerick|30-95|shop|6-22
        Wild Atlantic Lodge|hotels_motels_and_resorts|Galway|90-250|shop|8-22
    """),
    "GB": _shops("GB", """
        Parsley & Co|grocery_stores_supermarkets|London|5-84|shop|7-22
        The Brass Kettle|eating_places_restaurants|Manchester|4-26|shop|8-18
        The Crooked Lantern|drinking_places|Leeds|8-56|shop|12-23
        Crosscountry Tickets|passenger_railways|London|12-135|online|6-22
        Well & Good Pharmacy|drug_stores_and_pharmacies|Bristol|4-38|shop|9-18
        Inkwell Books|book_stores|Edinburgh|7-55|shop|9-18
        Riverside Outfitters|mens_womens_clothing_stores|Birmingham|18-160|shop|10-19
        Motorway Fuel Tebay|automated_fuel_dispensers|Penrith|30-98|shop|5-23
        The Grange Inn|hotels_motels_and_resorts|York|80-240|shop|8-22
        BlackCab Circle|taxicabs_limousines|London|8-42|shop|6-23
    """),
    "US": _shops("US", """
        Sunny Aisle Market|grocery_stores_supermarkets|Austin|8-140|shop|7-22
        Blue Door Diner|eating_places_restaurants|Chicago|9-64|shop|7-21
        Third Wave Roasters|fast_food_restaurants|Portland|4-18|shop|6-17
        Rocket Rides Demo|taxicabs_limousines|Brooklyn|9-55|shop|6-23
        Mesa Pharmacy|drug_stores_and_pharmacies|Denver|6-70|shop|8-20
        Peachtree Hardware|hardware_stores|Atlanta|9-180|shop|8-19
        Gas & Go 66|automated_fuel_dispensers|Austin|25-80|shop|5-23
        Evergreen Threads|mens_womens_clothing_stores|Seattle|20-210|shop|10-20
        Palm Court Motel|hotels_motels_and_resorts|San Diego|85-260|shop|8-22
        Union Cinemas|motion_picture_theaters|Brooklyn|12-48|shop|14-22
    """),
}  # fmt: skip

ONLINE = (
    *_shops("GB", """
        Gamer's Hub Ltd|digital_goods_games|London|10-80|online|10-23
        Paperplane Press|direct_marketing_subscription|London|4-15|online|6-22
    """),
    *_shops("IE", """
        Nimbus Cloud Storage|computer_network_services|Dublin|3-20|online|1-23
        StreamRiver|digital_goods_media|Dublin|8-18|online|1-23
    """),
    *_shops("DE", """
        Schuhkiste Online|shoe_stores|Berlin|39-160|online|8-23
        Funkwerk Mobil|telecommunication_services|Düsseldorf|10-45|online|8-20
    """),
    *_shops("FR", """
        Belle Étagère|cosmetic_stores|Paris|15-95|online|9-23
    """),
    *_shops("US", """
        Pixel Foundry|computer_software_stores|San Francisco|9-120|online|1-23
        Trailhead Gear|sporting_goods_stores|Denver|25-280|online|8-23
    """),
    *_shops("ES", """
        Entradas Retiro|theatrical_ticket_agencies|Madrid|22-140|online|9-23
    """),
)  # fmt: skip

ABROAD = (
    *_shops("CH", """
        Bergkiosk Säntis|eating_places_restaurants|Urnäsch|8-60|shop|9-18
        Limmat Uhren|electronics_stores|Zürich|40-400|shop|9-18
    """),
    *_shops("PL", """
        Pierogarnia Wisła|eating_places_restaurants|Kraków|30-180|shop|12-22
    """),
    *_shops("SE", """
        Kaffestugan Norr|eating_places_restaurants|Stockholm|60-420|shop|8-20
    """),
    *_shops("NL", """
        Grachten Museum|tourist_attractions_and_exhibits|Amsterdam|15-60|shop|9-17
        Fietsverhuur Oost|sporting_goods_stores|Amsterdam|12-70|shop|9-18
    """),
    *_shops("JP", """
        Sakura Ramen|eating_places_restaurants|Kyoto|900-4800|shop|3-12
        Hikari Camera|electronics_stores|Tokyo|3000-52000|shop|2-11
    """),
    *_shops("US", """
        Skyline Airways|airlines_air_carriers|Chicago|90-620|online|1-23
    """),
)  # fmt: skip

CASINO = _shops("MT", "Lucky Harbour|betting_casino_gambling|Valletta|20-300|online|18-23")[0]
CASH_MACHINE = {
    "eur": _shops("DE", "Geldautomat Hauptbahnhof|automated_cash_disburse|Berlin|50-300|shop|6-23"),
    "gbp": _shops("GB", "Cash Point Euston|automated_cash_disburse|London|20-200|shop|6-23"),
    "usd": _shops("US", "Lakeside Bank ATM|automated_cash_disburse|Chicago|40-300|shop|6-23"),
}  # fmt: skip
AIRLINE = next(shop for shop in ABROAD if shop.name == "Skyline Airways")
CURRENCY_OF = {
    "US": "usd", "GB": "gbp", "CH": "chf", "PL": "pln", "SE": "sek", "JP": "jpy", "MT": "eur",
}  # fmt: skip
# Minor units of the currency for one euro cent, fixed so that a seed never changes.
PER_EURO_CENT = {
    "eur": 1.0, "usd": 1.08, "gbp": 0.85, "chf": 0.95, "pln": 4.3, "sek": 11.2, "jpy": 1.62,
}  # fmt: skip


def named(name: str) -> Shop:
    """The shop of that name; KeyError when there is none."""
    everything = [shop for shops in HOME.values() for shop in shops] + [*ONLINE, *ABROAD]
    for shop in everything:
        if shop.name == name:
            return shop
    raise KeyError(name)


def merchant_currency(shop: Shop) -> str:
    """The ISO code, in small letters, of the money the shop takes."""
    return CURRENCY_OF.get(shop.country, "eur")


def exchanged(amount: int, source: str, target: str) -> int:
    """`amount` minor units of `source` in minor units of `target`, at the seed's fixed rates."""
    return round(amount / PER_EURO_CENT[source] * PER_EURO_CENT[target])
