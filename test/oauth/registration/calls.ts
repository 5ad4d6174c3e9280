// The calls of a client that registers itself, over plain HTTP.

/** What a call answered. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Readonly<Record<string, unknown>>;
}

export const CALLBACK = "https://client.example.com/callback";

/** A public client of the Model Context Protocol, as its SDK sends it. */
export const NATIVE = {
  redirect_uris: ["http://localhost:33418/callback"],
  token_endpoint_auth_method: "none",
  grant_types: ["authorization_code", "refresh_token"],
  response_types: ["code"],
  client_name: "An editor",
  application_type: "native",
};

async function call(
  address: string,
  { method, token = "", json }: { method: string; token?: string; json?: unknown },
): Promise<Answered> {
  const response = await fetch(address, {
    method,
    headers: {
      ...(token !== "" && { authorization: `Bearer ${token}` }),
      ...(json !== undefined && { "content-type": "application/json" }),
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    json: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}

/** Registers, perhaps with an initial access token. */
export const registerItself = (url: string, metadata: object, token = ""): Promise<Answered> =>
  call(`${url}/oauth2/clients`, { method: "POST", json: metadata, token });

/** Calls the address that a registration has answered with. */
export const manage = (
  registered: Pick<Answered, "json">,
  method: "GET" | "PUT" | "DELETE",
  { json, token }: { readonly json?: unknown; readonly token?: string } = {},
): Promise<Answered> =>
  call(String(registered.json["registration_client_uri"]), {
    method,
    token: token ?? String(registered.json["registration_access_token"]),
    ...(json !== undefined && { json }),
  });
