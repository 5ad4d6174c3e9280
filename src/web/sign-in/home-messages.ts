import type { Translations } from "../kit/language.ts";

interface Messages {
  readonly title: string;
  readonly what: string;
  readonly signIn: string;
  readonly signUp: string;
  readonly reference: string;
}

export const homeMessages: Translations<Messages> = {
  en: {
    title: "One account",
    what: "Sign in once to use all applications that trust this server.",
    signIn: "Sign in",
    signUp: "Create an account",
    reference: "API reference for developers",
  },
  ru: {
    title: "Единый аккаунт",
    what:
      "Войдите один раз, чтобы пользоваться всеми приложениями, которые доверяют этому " +
      "серверу.",
    signIn: "Войти",
    signUp: "Создать аккаунт",
    reference: "Справочник API для разработчиков",
  },
  zh: {
    title: "统一账号",
    what: "登录一次，即可使用所有信任本服务器的应用。",
    signIn: "登录",
    signUp: "创建账号",
    reference: "开发者 API 参考",
  },
};
