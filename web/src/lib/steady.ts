// The width of a number before it is laid out. Owns how wide a sign is beside a digit, where digits are all of one width;
// refuses words: their letters have widths that nobody knows.

/** Of a digit's width; commas, points and narrow spaces are about half as wide in most letters. */
const MARK = 0.55;

/** In `ch`, the width of a digit. */
export function widthOf(text: string): string {
  const digits = text.replace(/\D/g, "").length;
  return `${(digits + MARK * (text.length - digits)).toFixed(2)}ch`;
}
