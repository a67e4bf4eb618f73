import type { Verb } from "../verb.ts";
import { apply } from "./apply.ts";
import { create } from "./create/create.ts";
import { edit } from "./edit.ts";
import { get } from "./get.ts";

/** Every command, in the order of the overview. */
export const verbs: readonly Verb[] = [create, get, edit, apply];
