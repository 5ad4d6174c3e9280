import type { Translations } from "./language.ts";

/** The sections of the pages. */
export type Section = "account" | "developer" | "administration";

interface Messages {
  readonly language: string;
  readonly menu: string;
  readonly sections: Readonly<Record<Section, string>>;
  readonly signOut: string;
  /** Does what was asked about. */
  readonly confirm: string;
  /** Buttons beside a text or a password. */
  readonly tools: { readonly copy: string; readonly copied: string; readonly show: string };
}

export const layoutMessages: Translations<Messages> = {
  en: {
    language: "Language",
    menu: "Main menu",
    sections: { account: "Account", developer: "Developer", administration: "Administration" },
    signOut: "Sign out",
    confirm: "Yes, do it",
    tools: { copy: "Copy", copied: "Copied", show: "Show password" },
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
    confirm: "Да, выполнить",
    tools: { copy: "Скопировать", copied: "Скопировано", show: "Показать пароль" },
  },
  zh: {
    language: "语言",
    menu: "主菜单",
    sections: { account: "账号", developer: "开发者", administration: "管理" },
    signOut: "退出登录",
    confirm: "确定",
    tools: { copy: "复制", copied: "已复制", show: "显示密码" },
  },
};
