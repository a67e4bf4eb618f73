import { expect, test } from "vitest";

import { Random } from "../../src/sim/random.ts";

test("the same seed gives the same draws, another seed others", () => {
  const draw = (seed: number): unknown[] => {
    const random = new Random(seed);
    return [random.next(), random.integer(100), random.suffix(), random.uuid(), random.hex(9), [...random.bytes(5)]];
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

test("a fork's draws do not move its parent's", () => {
  const [one, other] = [new Random(3), new Random(3)];
  one.fork("a").next();
  expect(one.next()).toBe(other.next());
  expect(one.fork("a").next()).not.toBe(one.fork("b").next());
});

test("uuids are of version 4, suffixes have no vowels", () => {
  const random = new Random(1);
  for (let i = 0; i < 200; i++) {
    expect(random.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u);
    expect(random.suffix()).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{5}$/u);
  }
});

test("integers stay below their bound and reach all of it", () => {
  const random = new Random(5);
  const seen = new Set(Array.from({ length: 500 }, () => random.integer(6)));
  expect([...seen].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5]);
});
