/** Each number's part of the greatest, from 0 to 100 and whole; all 0 when none is above 0. */
export function share(numbers: readonly number[]): readonly number[] {
  const greatest = Math.max(0, ...numbers);
  return numbers.map((number) => (greatest === 0 ? 0 : Math.floor((100 * number) / greatest)));
}

/** Where each number lies between the least (0) and the greatest (100), whole; all 0 when they are equal. */
export function spread(numbers: readonly number[]): readonly number[] {
  const least = Math.min(...numbers);
  const range = Math.max(...numbers) - least;
  return numbers.map((number) => (range === 0 ? 0 : Math.floor((100 * (number - least)) / range)));
}
