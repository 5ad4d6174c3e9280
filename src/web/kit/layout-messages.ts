import type { Translations } from "./language.ts";

/** The sections of the pages. */
export type Section = "account" | "developer" | "administration";

interface Messages {
  readonly language: string;
  readonly menu: string;
  readonly sections: Readonly<Record<Section, string>>;
  readonly signOut: string;
}

export const layoutMessages: Translations<Messages> = {
  en: {
    language: "Language",
    menu: "Main menu",
    sections: { account: "Account", developer: "Developer", administration: "Administration" },
    signOut: "Sign out",
  },
  ru: {
    language: "Язык",
    menu: "Главное меню",
    sections: {
      account: "Аккаунт",
      developer: "Для разработчиков",
      administration: "Администрирование",
    },
    signOut: "Выйти",
  },
  zh: {
    language: "语言",
    menu: "主菜单",
    sections: { account: "账号", developer: "开发者", administration: "管理" },
    signOut: "退出登录",
  },
};
