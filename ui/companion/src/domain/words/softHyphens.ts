/**
 * Where a long Dutch word may break. Not every web view has a Dutch dictionary, and a word that cannot break is cut
 * anywhere ("Vissersschi-p") as soon as the text is twice as large. The catalogue carries its soft hyphens itself; the
 * vocabulary is signed and searched in, so its words get theirs here, on their way to the screen.
 * A test names every long word that is missing.
 */
const BREAKS = [
  ...["abonne-menten", "activi-teiten", "afge-sproken", "afhanke-lijk", "arbeids-inspectie"],
  ...["arbeids-migranten", "arbeids-overeen-komst", "arbeids-uitbuiting", "bemannings-lijst"],
  ...["bescher-ming", "beschik-baar", "bestuur-lijke", "bevoegd-heid", "binnen-treden", "binnen-vaart-schip"],
  ...["contact-kaart", "coördi-natoren", "coördi-nator", "dienst-verlening", "her-controle", "huis-vesting"],
  ...["identi-teits-bewijs", "inge-schakeld", "konink-lijke", "kwets-baarheid", "mare-chaussee"],
  ...["massage-salon", "minder-jarige", "minder-jarig", "minimum-bedrag", "neder-landse"],
  ...[
    "omstandig-heden",
    "onder-betaald",
    "onver-zekerd",
    "orgaan-verwij-dering",
    "orga-nisaties",
    "orga-nisatie",
    "raam-prosti-tutie",
  ],
  ...["regis-tratie", "spaarn-dammer-polder", "straf-rechte-lijk", "toe-stemming", "truck-parking"],
  ...["tussen-persoon", "verdien-sten", "verschil-lende", "vissers-schip", "vis-verwer-kend"],
  ...["velser-broek", "waar-genomen", "zorg-coördi-natoren", "zorg-coördi-nator"],
];

const SOFT_HYPHEN = "\u00ad";
/** The longest that stands in one piece: what fits in an answer's box on a small phone with text twice as large. */
export const LONGEST = 10;

const BY_WORD = new Map(BREAKS.map((word) => [word.replaceAll("-", ""), word.split("-")]));

/** The same words, with the places where they may break. */
export function softened(text: string): string {
  return text.replaceAll(/[\p{L}]+/gu, (word) => {
    const parts = BY_WORD.get(word.toLowerCase());
    if (!parts) return word;
    let start = 0;
    return parts.map((part) => word.slice(start, (start += part.length))).join(SOFT_HYPHEN);
  });
}
