// JSON over Connect and gRPC is read as strictly as over REST: what is wrong is named.
import { describe, expect, test } from "vitest";
import { useServer } from "../use-server.ts";

const used = useServer();

type Details = readonly { readonly debug?: unknown; readonly type?: string }[];

const call = async (method: string, body: string, type = "application/json") => {
  const response = await fetch(`${used.url}/identity.v1.UserService/${method}`, {
    method: "POST",
    headers: {
      "content-type": type,
      authorization: `Bearer ${await used.server.administratorToken()}`,
    },
    body,
  });
  return {
    status: response.status,
    json: (await response.json()) as { code?: string; message?: string; details?: Details },
  };
};

describe.each([
  "application/json",
  "application/json; charset=utf-8",
  'application/json;charset="UTF-8"',
  "application/json; charset=utf-8; x=y",
])("as %s", (type) => {
  test.each([
    ["ListUsers", '{"state":"USER_STATE_LOKCED"}', "state must be a value of UserState"],
    ["ListUsers", '{"state":"1"}', "state must be the name of a value of UserState"],
    ["ListUsers", '{"pageSize":"many"}', "page_size must be an integer"],
    ["ListUsers", '{"pageSize":1.5}', "page_size must be an integer"],
    ["ListUsers", '{"email":5}', "email must be a string"],
    ["AddGroupMember", '{"groupId":1,"userId":"x","role":"OWNR"}', "role must be a value"],
    ["UpdateUser", '{"user":{"id":"x"},"updateMask":"usernam"}', "usernam can't be changed"],
    ["UpdateUser", '{"user":{"id":"x"},"updateMask":"user_name"}', "user_name can't be changed"],
    ["UpdateUser", '{"user":{"id":"x"},"updateMask":["username"]}', "update_mask must be of type"],
    ["UpdateUser", '{"user":{"state":"NO","id":5}}', "user.state must be a value"],
  ])("%s of %s is refused", async (method, body, message) => {
    const { status, json } = await call(method, body, type);
    expect({ status, code: json.code }).toEqual({ status: 400, code: "invalid_argument" });
    expect(json.message).toContain(message);
    expect(json.details).toHaveLength(2);
  });

  test("what is right is read, and unknown members are ignored as over REST", async () => {
    const right = '{"state":"USER_STATE_ACTIVE","pageSize":"1","nothing":{"a":[1]},"email":null}';
    expect(await call("ListUsers", right, type)).toMatchObject({ status: 200 });
  });
});

test("a text that is no UTF-8, or no object, is malformed", async () => {
  for (const body of ["[]", "5", '"a"', "null", "{"])
    expect((await call("ListUsers", body)).status).toBe(400);
});
