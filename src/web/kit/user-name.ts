import type { User } from "../../domain/model.ts";
import { visibleName } from "../../domain/security/visible-text.ts";

export const shownName = ({ username, email }: Pick<User, "username" | "email">): string =>
  username === "" ? email : visibleName(username);
