import { afterEach, test } from "vitest";
import { assertForAll, TIMEOUT_MS } from "./property.ts";
import {
  formRequests,
  jsonRequests,
  multipartRequests,
  oddRequests,
  queryRequests,
} from "./generators/requests.ts";
import { useTarget } from "./target/target.ts";

const target = useTarget();
afterEach(() => target.checkHealth());

test.each([
  { what: "JSON", count: 5_000, requests: jsonRequests },
  { what: "urlencoded forms", count: 4_000, requests: formRequests },
  { what: "multipart forms", count: 2_000, requests: multipartRequests },
  { what: "queries", count: 3_000, requests: queryRequests },
  { what: "verbs, paths and headers", count: 3_000, requests: oddRequests },
])(
  "$what",
  ({ count, requests }) => assertForAll(count, requests(target.principals), target.check),
  TIMEOUT_MS,
);
