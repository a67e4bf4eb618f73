import { expect, test } from "vitest";

import { isPasswordOf, isUnreadableHash } from "../../src/ingress/htpasswd.ts";

test.each([
  ["$apr1$rZ3uNh2p$d0u5U4cMNRadgjXOsIDwj/", "secret"],
  ["$apr1$ab$aPXNdsX0wq8N/LJdZEZgW1", "a much longer password than sixteen"],
  ["{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=", "secret"],
  ["{PLAIN}secret", "secret"],
])("%s is the hash of %s and of nothing else", (hash, password) => {
  expect([isPasswordOf(hash, password), isPasswordOf(hash, `${password}r`)]).toEqual([true, false]);
});

test("bcrypt cannot be read", () => {
  expect(isUnreadableHash("$2y$05$abcdefghijklmnopqrstuu")).toBe(true);
});
