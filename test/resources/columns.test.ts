import { expect, test } from "vitest";

import { humanDuration, since } from "../../src/resources/columns.ts";

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

test.each<[number, string]>([
  [-5, "<invalid>"],
  [-1, "0s"],
  [0, "0s"],
  [119, "119s"],
  [120, "2m"],
  [125, "2m5s"],
  [10 * minute + 5, "10m"],
  [2 * hour + 59 * minute, "179m"],
  [3 * hour + 4 * minute, "3h4m"],
  [8 * hour + 4 * minute, "8h"],
  [47 * hour, "47h"],
  [2 * day + 3 * hour, "2d3h"],
  [8 * day + 3 * hour, "8d"],
  [2 * year, "2y"],
  [2 * year + 10 * day, "2y10d"],
  [9 * year + 10 * day, "9y"],
])("%i seconds are shown as %s", (seconds, text) => {
  expect(humanDuration(seconds * 1000)).toBe(text);
});

test("an age that nobody knows is said to be unknown", () => {
  expect(since(undefined, 0)).toBe("<unknown>");
});
