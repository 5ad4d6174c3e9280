import type { BrandValues, LetterText } from "../../domain/branding/brand.ts";
import type { LogoType } from "../../domain/branding/logo.ts";
import type { BrandStore } from "../../domain/branding/store.ts";
import type { Database } from "../engine/database.ts";

export const brands = (db: Database): BrandStore => ({
  // All rows, in the order of the primary key: there are few, and the columns are short.
  versions: () => db.selectFrom("brands").select(["realm", "version"]).orderBy("realm").execute(),

  async find(realm) {
    const row = await db
      .selectFrom("brands")
      .selectAll()
      .where("realm", "=", realm)
      .executeTakeFirst(); // The primary key.
    return (
      row && {
        realm: row.realm,
        version: row.version,
        changedAt: row.changed_at,
        name: row.name,
        color: row.color,
        colorDark: row.color_dark,
        logo:
          row.logo_type === "" ? undefined : { type: row.logo_type as LogoType, content: row.logo },
        links: JSON.parse(row.links) as BrandValues["links"],
        letters: JSON.parse(row.letters) as LetterText[],
      }
    );
  },

  async save({ realm, version, changedAt, name, color, colorDark, logo, links, letters }) {
    const row = {
      realm,
      version,
      changed_at: changedAt,
      name,
      color,
      color_dark: colorDark,
      logo_type: logo?.type ?? "",
      logo: logo?.content ?? "",
      links: JSON.stringify(links),
      letters: JSON.stringify(letters),
    };
    await db.replaceInto("brands").values(row).execute();
  },

  async delete(realm) {
    const { numDeletedRows } = await db
      .deleteFrom("brands")
      .where("realm", "=", realm)
      .executeTakeFirst(); // The primary key.
    return numDeletedRows > 0n;
  },
});
