// The answers that each document has, with the errors that the contract decided where the document
// is silent. A client of the four APIs expects one of these and nothing else.

/** A value, a pattern of a text, or an object with exactly these members in this order. */
type Shape = string | boolean | number | null | RegExp | { readonly [name: string]: Shape };

interface Documented {
  readonly status: number;
  readonly body: Shape;
  /** A header that the answer must have. */
  readonly header?: string;
}

/** An answer as a client got it. */
export interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

/** The members of documented answers that tests read; an answer has those of its document. */
export interface DocumentedBody {
  readonly token?: string;
  readonly access_token?: string;
  readonly data?: {
    readonly token?: string;
    readonly authorization_code?: string;
    readonly username?: string;
    readonly email?: string;
    readonly secret_id?: string;
    readonly secret_value?: string;
  } | null;
}

const TOKEN = /^\S{16,}$/;
const TEXT = /^.+$/;

const kokidsError = (status: number, error: string): Documented => ({ status, body: { error } });
const KOKIDS_BUSY = { ...kokidsError(429, "Too many requests"), header: "retry-after" };
const INVALID = kokidsError(400, "Invalid input");

const pair = (code: number, message: string, data: Shape = null): Documented => ({
  status: code,
  body: { code, message, data },
});
const PAIR_ERRORS = [
  pair(400, "参数错误"),
  pair(500, "服务器错误"),
  { ...pair(429, "请求过于频繁"), header: "retry-after" },
];
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const PROFILE = {
  username: TEXT,
  email: TEXT,
  secret_id: /^[A-Za-z0-9+/]*={0,2}$/,
  secret_value: /^([0-9a-f]{64})?$/,
};
const UUID = /^([0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})?$/;

const msg = (status: number, text: string | RegExp, isDone = false): Documented => ({
  status,
  body: { msg: text, status: isDone },
});
const ZIMOXY_ERRORS = [
  msg(403, "Доступ запрещен."),
  msg(423, "Пользователь заблокирован."),
  msg(400, /^Неверные данные: .+\.$/),
  msg(500, "Внутренняя ошибка."),
  { ...msg(429, "Слишком много запросов."), header: "retry-after" },
];

const senlerError = (status: number, error_code: number, text: string | RegExp): Documented => ({
  status,
  body: { success: false, error_code, error_message: text, message: text },
});

/** By verb and path. */
export const DOCUMENTS: Readonly<Record<string, readonly Documented[]>> = {
  "POST /user/create": [
    { status: 200, body: { token: TOKEN, message: "User created successfully" } },
    kokidsError(400, "Email, UserID, and Password are required"),
    kokidsError(409, "User already exists"),
    kokidsError(500, "Failed to create user"),
    KOKIDS_BUSY,
  ],
  "POST /user/login": [
    { status: 200, body: { token: TOKEN, message: "Login successful" } },
    INVALID,
    kokidsError(401, "User not found"),
    kokidsError(500, "Internal server error"),
    KOKIDS_BUSY,
  ],
  "POST /user/logout": [
    { status: 200, body: { message: "Logout successful" } },
    INVALID,
    kokidsError(500, "Internal server error"),
    KOKIDS_BUSY,
  ],
  "POST /user/delete": [
    { status: 200, body: { message: "User deleted successfully" } },
    INVALID,
    kokidsError(500, "Failed to delete user"),
    KOKIDS_BUSY,
  ],
  "POST /register/": [
    pair(200, "注册成功", { token: JWT, username: TEXT, email: TEXT }),
    pair(409, "用户已存在"),
    ...PAIR_ERRORS,
  ],
  "POST /login/": [
    pair(200, "登录成功", {
      token: JWT,
      redirect_uri: /^/,
      authorization_code: UUID,
      username: TEXT,
      email: TEXT,
    }),
    pair(401, "用户名或密码错误"),
    pair(400, "redirect_uri 未登记"),
    pair(404, "应用不存在"),
    pair(423, "用户已被锁定"),
    ...PAIR_ERRORS,
  ],
  "GET /auth/": [pair(200, "获取成功", PROFILE), pair(401, "令牌无效或已过期"), ...PAIR_ERRORS],
  "PATCH /auth/": [pair(200, "获取成功", PROFILE), pair(401, "令牌无效或已过期"), ...PAIR_ERRORS],
  "POST /oauth/": [
    pair(200, "获取授权成功", { username: TEXT, email: TEXT }),
    pair(400, "授权码无效或已过期"),
    pair(401, "应用凭证无效"),
    pair(404, "应用不存在"),
    ...PAIR_ERRORS,
  ],
  "POST /oauth2/register": [
    msg(200, "Пользователь зарегистрирован", true),
    msg(302, "Пользователь уже существует."),
    ...ZIMOXY_ERRORS,
  ],
  "POST /oauth2/login": [msg(200, "Авторизация прошла успешно.", true), ...ZIMOXY_ERRORS],
  "POST /ajax/cabinet/OAuth2token": [
    { status: 200, body: { success: true, access_token: TOKEN } },
    senlerError(400, 12, "Wrong authCode"),
    senlerError(401, 14, "Wrong client credentials"),
    senlerError(400, 1, /^Required parameter missing: \w+$/),
    senlerError(500, 10, "Internal server error"),
    { ...senlerError(429, 6, "Too many requests"), header: "retry-after" },
  ],
};

/** Compares a value with a shape, members and their order too. */
function fits(value: unknown, shape: Shape): boolean {
  if (shape instanceof RegExp) return typeof value === "string" && shape.test(value);
  if (shape === null || typeof shape !== "object") return value === shape;
  if (value === null || typeof value !== "object" || Array.isArray(value)) return false;
  const [names, expected] = [Object.keys(value), Object.keys(shape)];
  return (
    names.join() === expected.join() &&
    expected.every((name) => fits((value as Record<string, unknown>)[name], shape[name]!))
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Returns what is wrong with an answer by its document; undefined for a documented one. */
export function undocumented(
  route: string,
  { status, headers, text }: Received,
): string | undefined {
  const type = String(headers["content-type"]);
  const body = parse(text);
  const found = DOCUMENTS[route]?.find((each) => each.status === status && fits(body, each.body));
  const lacks = found?.header !== undefined && headers[found.header] === undefined;
  if (found !== undefined && !lacks && type.startsWith("application/json")) return undefined;
  return `${route} answered ${status} ${type} ${text}`;
}
