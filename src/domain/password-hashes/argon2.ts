// argon2 of any variant and strength, as the PHC string format has it, and Django with its prefix.
import { bound, type Format } from "./stored-hash.ts";

const PHC = /^(?:argon2)?(\$argon2(?:id|i|d)(?:\$v=(?:16|19))?\$m=(\d{1,9}),t=(\d{1,9}),p=(\d{1,9})\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,86})$/;

export const argon2: Format = (text, verifyArgon2) => {
  const [, phc = "", memory, passes, lanes] = PHC.exec(text) ?? [];
  if (memory === undefined) return undefined;
  bound("KiB of memory", Number(memory), 131_072);
  bound("KiB of memory, over all passes", Number(memory) * Number(passes), 1_048_576);
  bound("lanes", Number(lanes), 16);
  return { check: (password) => verifyArgon2(phc, password) };
};
