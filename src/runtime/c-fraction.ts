/** How printf(3) writes a number that is not whole: by `e`, `f` or `g`, or their capitals. */
export interface FractionForm {
  readonly letter: string;
  readonly precision: number | undefined;
  /** The flag `#`: zeros at the end stay. */
  readonly keepsZeros: boolean;
}

/** Digits of a finite number that is not negative; halves go to the even digit, as in C. */
export function fractionText(value: number, { letter, precision, keepsZeros }: FractionForm): string {
  const places = Math.min(precision ?? 6, mostPlaces);
  const lower = letter.toLowerCase();
  const text =
    lower === "f"
      ? fixed(value, places)
      : lower === "e"
        ? scientific(value, places)
        : general(value, places, keepsZeros);
  return letter === lower ? text : text.toUpperCase();
}

/** JavaScript tells no more. */
const mostPlaces = 100;

function fixed(value: number, places: number): string {
  if (value >= 1e21) return `${BigInt(value)}${places > 0 ? `.${"0".repeat(places)}` : ""}`;
  return isTie(value, places) ? evenOf(value, places) : value.toFixed(places);
}

/** Exactly half way between two results: C rounds to the even one, JavaScript up. */
function isTie(value: number, places: number): boolean {
  return (
    (value * 10 ** places) % 1 === 0.5 &&
    /^50*$/u.test(value.toFixed(Math.min(mostPlaces, places + 40)).slice(-Math.min(40, mostPlaces - places)))
  );
}

function evenOf(value: number, places: number): string {
  const below = Math.floor(value * 10 ** places);
  return ((below % 2 === 0 ? below : below + 1) / 10 ** places).toFixed(places);
}

function scientific(value: number, places: number): string {
  return value.toExponential(places).replace(/e([-+])(\d)$/u, "e$10$2");
}

/** The shorter of the two, usually without trailing zeros. */
function general(value: number, places: number, keepsZeros: boolean): string {
  const significant = Math.max(1, places);
  const exponent = value === 0 ? 0 : Number(value.toExponential(significant - 1).split("e")[1]);
  const small = exponent < -4 || exponent >= significant;
  const text = small ? scientific(value, significant - 1) : fixed(value, Math.max(0, significant - 1 - exponent));
  if (keepsZeros || !text.includes(".")) return text;
  return text.replace(/\.?0+(?=e|$)/u, "");
}
