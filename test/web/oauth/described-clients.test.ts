// What the pages show of a client that describes itself.
import { expect, test } from "vitest";
import {
  agreeTo,
  authorizePath,
  documentOf,
  LISTED,
  signedInAgent,
} from "../../oauth/documents/asking.ts";
import { json, useDocumentHost } from "../../oauth/documents/document-host.ts";
import { unique, useServer } from "../../use-server.ts";

const used = useServer();
const host = useDocumentHost();
const newId = (): string => `${host.origin}/${unique("client-")}.json`;
const hostName = (): string => new URL(host.origin).host;

test("the consent page shows both hosts, and that the client is unverified", async () => {
  const id = newId();
  host.answer(json(documentOf(id, { client_name: "Your bank" })));
  const agent = await signedInAgent(used);
  await agent.get(authorizePath(id, { redirect_uri: "https://editor.example/callback" }));
  expect(agent.page).toContain("Unverified");
  expect(agent.page).not.toContain("Registered by the administrator");
  expect(agent.page).toContain(`<bdi>${hostName()}</bdi>`);
  expect(agent.page).toContain("<bdi>editor.example</bdi>");
  expect(agent.page).not.toContain("runs on this device");
});

test.each([
  ["en", "runs on this device"],
  ["ru", "на этом устройстве"],
  ["zh", "在本设备上运行"],
])("a client of the user's device comes with a warning in %s", async (language, warning) => {
  const id = newId();
  const uris = [LISTED, "http://127.0.0.1/callback", "com.example.editor:/callback"];
  host.answer(json(documentOf(id, { redirect_uris: uris })));
  const agent = await signedInAgent(used);
  await agent.get(authorizePath(id, { ui_locales: language }));
  expect(agent.page).toContain(warning);
});

test("a client that doesn't name itself has the name of its host", async () => {
  const id = newId();
  host.answer(json(documentOf(id, { client_name: undefined })));
  const agent = await signedInAgent(used);
  await agent.get(authorizePath(id));
  expect(agent.page).toContain(`Allow ${hostName()} to access`);
});

test("the user's list of applications shows it as unverified, and ends its access", async () => {
  const id = newId();
  host.answer(json(documentOf(id)));
  const agent = await signedInAgent(used);
  await agreeTo(agent, id);
  await agent.get("/account/apps");
  expect(agent.page).toContain("Editor");
  expect(agent.page).toContain("Unverified");
  expect(agent.page).not.toContain("Registered by the administrator");
});

test("an error is no redirect to a client that no administrator has registered", async () => {
  const id = newId();
  host.answer(json(documentOf(id)));
  const agent = await signedInAgent(used);
  const response = await agent.get(authorizePath(id, { prompt: "none", response_type: "token" }));
  expect([response.status, response.headers.get("location")]).toEqual([400, null]);
});
