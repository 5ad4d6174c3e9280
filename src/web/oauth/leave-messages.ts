import type { Translations } from "../kit/language.ts";

interface Messages {
  readonly title: string;
  readonly wait: string;
  readonly goOn: string;
}

export const leaveMessages: Translations<Messages> = {
  en: {
    title: "Back to the application",
    wait: "Your browser is opening the application. If nothing happens, continue here.",
    goOn: "Continue",
  },
  ru: {
    title: "Возврат в приложение",
    wait: "Браузер открывает приложение. Если ничего не происходит, продолжите здесь.",
    goOn: "Продолжить",
  },
  zh: {
    title: "返回应用",
    wait: "浏览器正在打开该应用。如果没有反应，请点击此处继续。",
    goOn: "继续",
  },
};
