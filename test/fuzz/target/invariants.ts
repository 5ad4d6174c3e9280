import { Code } from "@connectrpc/connect";
import type { Answer } from "./connection.ts";
import type { Sent } from "../generators/request.ts";
import { pathOf, type Route, ROUTES, routesAt } from "./routes.ts";
import { type Shape, shapesOf, STATUS } from "../generators/shapes.ts";
import { HTTP_STATUS } from "../../../src/http/error-view.ts";

/**
 * What node itself says of a request that is no HTTP, and this server of a target that is too long:
 * a status alone.
 */
const BARE: readonly number[] = [400, 408, 414, 417, 431];

/** Traces of the inside: stacks, modules, statements, errors of the databases. */
const INSIDE = /\n\s+at |node_modules|node:internal|\.ts:\d|SQLITE_|\bER_[A-Z]{3}|sqlState|errno/;

/** RFC 6749 section 5.2: what may stand in error_description. */
const DESCRIPTION = /^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/;

const JSON_TYPE = "application/json; charset=utf-8";

/** The routes that a path with variables may lead to. */
const withVariables = ROUTES.filter(({ variables }) => variables.length > 0);

/**
 * Whether a request says when its caller stops waiting: then the deadline may have passed, which is
 * no fault.
 */
const hasDeadline = ({ headers }: Sent): boolean =>
  headers.some(([name]) => /^(?:grpc-timeout|connect-timeout-ms)$/i.test(name));

/** Why an answer can't be one to the request; undefined when it can. */
export function complaint(sent: Sent, answer: Answer): string | undefined {
  const { status, headers, body } = answer;
  if (status === 0) return sent.verb === "CONNECT" ? undefined : "there is no answer";
  if (status >= 500 && !(hasDeadline(sent) && isDeadline(answer))) return "the status is a fault's";
  if (INSIDE.test(body)) return "the body tells of the inside";
  const type = headers.get("content-type");
  if (type === undefined)
    return status === 204 || BARE.includes(status)
      ? emptyComplaint(body)
      : "there is no content type";
  if (type === "text/html; charset=utf-8") return pageComplaint(answer);
  if (type !== JSON_TYPE) return `the content type is ${type}`;
  if (sent.verb === "HEAD") return emptyComplaint(body);
  const text = Buffer.from(body, "latin1").toString();
  if (!isJson(text)) return "the body is no JSON";
  if (
    !DESCRIPTION.test((JSON.parse(text) as { error_description?: string }).error_description ?? "")
  )
    return "the description is none of RFC 6749";
  return status >= 500 ? undefined : shapeComplaint(sent, status, text);
}

/** Pages are for browsers, which must keep them from others. */
const pageComplaint = ({ headers }: Answer): string | undefined =>
  headers.get("x-frame-options") === "DENY" && headers.get("cache-control") === "no-store"
    ? undefined
    : "the page is not closed to others";

const emptyComplaint = (body: string): string | undefined =>
  body === "" ? undefined : "there is a body";

const isDeadline = ({ status, body }: Answer): boolean =>
  status === HTTP_STATUS[Code.DeadlineExceeded] || !body.includes("details");

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * The path alone decides whose shapes are allowed: a documented path has those of its API and no
 * others.
 */
function shapeComplaint({ verb, target }: Sent, status: number, body: string): string | undefined {
  const path = pathOf(target);
  const routes = routesAt(path);
  const called = routes.filter((route) => route.verb === verb);
  const allowed =
    called.length > 0
      ? called.flatMap(everything)
      : routes.length > 0
        ? routes.flatMap(failures)
        : [STATUS, ...withVariables.flatMap(everything)];
  const fits = allowed.some(
    (shape) =>
      (shape.status === undefined ? status >= 400 : shape.status === status) && shape.matches(body),
  );
  return fits
    ? undefined
    : `the answer is none of ${routes[0]?.template ?? "those to other paths"}`;
}

const failures = ({ method }: Route): readonly Shape[] => shapesOf(method).failures;
const everything = (route: Route): readonly Shape[] => [
  shapesOf(route.method).success,
  ...failures(route),
];
