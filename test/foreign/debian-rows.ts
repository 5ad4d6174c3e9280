// The clients of Debian, each with its program here.
import type { ClientRow } from "./client-row.ts";

export const DEBIAN_ROWS: readonly ClientRow[] = [];
