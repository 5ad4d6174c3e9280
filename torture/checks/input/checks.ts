// What clients send and how much of it.
import type { Check } from "../../check.ts";
import { BOMBS } from "./bombs.ts";
import { LIMITER } from "./limiter.ts";
import { MALFORMED } from "./malformed.ts";
import { NESTED } from "./nested.ts";
import { OVERLOAD } from "./overload.ts";
import { OVERSIZED } from "./oversized.ts";

export const INPUT: readonly Check[] = [
  ...MALFORMED,
  ...OVERSIZED,
  ...NESTED,
  ...BOMBS,
  ...OVERLOAD,
  ...LIMITER,
];
