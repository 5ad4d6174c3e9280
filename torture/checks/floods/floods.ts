// clients that flood, and clients that send what no protocol allows.
import type { Check } from "../../check.ts";
import { HTTP2_FLOODS } from "./http2-floods.ts";
import { MALFORMED_HTTP } from "./malformed.ts";

export const FLOODED: readonly Check[] = [HTTP2_FLOODS, MALFORMED_HTTP];
