import { allocation } from "./allocation.ts";
import { endpoints } from "./endpoints.ts";
import { observation } from "./observation.ts";
import { ownership } from "./ownership.ts";
import { placement } from "./placement.ts";
import type { Rule } from "./rule.ts";

/** All that must hold after every step. */
export const rules: readonly Rule[] = [allocation, placement, ownership, endpoints, observation];
