/** The margins of a printed page, as a style sheet: what every page says of itself. */

export type PageWords = {
  municipality: string;
  confidential: string;
  record: string;
  printed: string;
  page: string;
};

/** A CSS string: what comes from outside can neither end it nor break the line. */
const quoted = (text: string): string =>
  `"${text.replace(/["\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (sign) => `\\${(sign.codePointAt(0) ?? 0).toString(16)} `)}"`;

export const pageMargins = ({ municipality, confidential, record, printed, page }: PageWords): string => `
@page {
  margin: 18mm 15mm 16mm;
  @top-left { content: ${quoted(municipality)}; font: 9pt sans-serif; vertical-align: bottom; padding-block-end: 3mm; }
  @top-right {
    content: ${quoted(confidential)}; font: bold 9pt sans-serif; vertical-align: bottom; padding-block-end: 3mm;
  }
  @bottom-left { content: ${quoted(record)}; font: bold 9pt sans-serif; vertical-align: top; padding-block-start: 3mm; }
  @bottom-center { content: ${quoted(printed)}; font: 8pt sans-serif; vertical-align: top; padding-block-start: 3mm; }
  @bottom-right {
    content: ${quoted(`${page} `)} counter(page) " / " counter(pages);
    font: 9pt sans-serif; vertical-align: top; padding-block-start: 3mm;
  }
}`;
