import type { LegalLink } from "../../../domain/branding/brand.ts";
import type { Translations } from "../../kit/language.ts";

interface Messages {
  readonly title: (realm: string) => string;
  readonly what: string;
  readonly realm: string;
  readonly show: string;
  readonly own: string;
  readonly inherited: string;
  readonly name: string;
  /** `inherited` is what holds when the field is empty. */
  readonly empty: (inherited: string) => string;
  readonly ours: string;
  readonly logo: string;
  readonly logoHint: string;
  readonly logoNow: string;
  readonly removeLogo: string;
  readonly color: string;
  readonly colorHint: string;
  readonly colorDark: string;
  readonly colorDarkHint: string;
  readonly links: string;
  readonly linksHint: string;
  readonly link: Readonly<Record<LegalLink, string>>;
  readonly save: string;
  readonly preview: string;
  readonly reset: string;
  readonly resetWhat: string;
  readonly previewNote: string;
  readonly notices: Readonly<Record<"saved" | "reset", string>>;
  readonly wrong: {
    readonly title: string;
    readonly name: string;
    readonly color: string;
    readonly contrast: (ratio: string) => string;
    readonly bothColors: string;
    readonly logo: string;
    readonly link: string;
  };
}

export const appearanceMessages: Translations<Messages> = {
  en: {
    title: (realm) => `Appearance: ${realm}`,
    what: "How the pages and e-mails of a realm look. Users see a change within two seconds.",
    realm: "Realm",
    show: "Show",
    own: "This realm has values of its own.",
    inherited: "This realm has the values of the server’s settings.",
    name: "Name",
    empty: (inherited) => `If empty: ${inherited}`,
    ours: "Latchkey’s own",
    logo: "Logo",
    logoHint: "PNG, JPEG, WebP or SVG, at most 32 KiB. E-mails show PNG and JPEG only.",
    logoNow: "Current logo",
    removeLogo: "Remove the logo of this realm",
    color: "Accent color on light pages",
    colorHint: "Such as #2459d6. Links, buttons and e-mails have it.",
    colorDark: "Accent color on dark pages",
    colorDarkHint: "If empty, it is made of the other one.",
    links: "Links below every page and e-mail",
    linksHint: "https:// or mailto:",
    link: {
      terms: "Terms of service",
      privacy: "Privacy policy",
      imprint: "Imprint",
      support: "Support",
    },
    save: "Save",
    preview: "Preview the sign-in page",
    reset: "Use the defaults",
    resetWhat: "Removes all values of this realm, also its logo and the texts of its e-mails.",
    previewNote: "Preview. Nothing is saved yet.",
    notices: { saved: "Saved.", reset: "This realm has the default appearance again." },
    wrong: {
      title: "Some values can’t be used.",
      name: "Enter at most 64 visible characters.",
      color: "Enter a color such as #2459d6.",
      contrast: (ratio) =>
        `Text in this color can’t be read well: its contrast is ${ratio}:1, ` +
        "and at least 4.5:1 is needed (WCAG AA).",
      bothColors: "Enter the color for light pages too.",
      logo:
        "Choose a PNG, JPEG, WebP or SVG image of at most 32 KiB. An SVG image must not contain " +
        "scripts, event handlers or references to other files.",
      link: "Enter a link that begins with https:// or mailto:.",
    },
  },
  ru: {
    title: (realm) => `Оформление: ${realm}`,
    what:
      "Как выглядят страницы и письма области. Пользователи увидят изменения в течение " +
      "двух секунд.",
    realm: "Область (realm)",
    show: "Показать",
    own: "У этой области свои значения.",
    inherited: "У этой области значения из настроек сервера.",
    name: "Название",
    empty: (inherited) => `Если пусто: ${inherited}`,
    ours: "как у Latchkey",
    logo: "Логотип",
    logoHint: "PNG, JPEG, WebP или SVG, не более 32 КиБ. В письмах видны только PNG и JPEG.",
    logoNow: "Текущий логотип",
    removeLogo: "Удалить логотип этой области",
    color: "Основной цвет на светлых страницах",
    colorHint: "Например, #2459d6. Это цвет ссылок, кнопок и писем.",
    colorDark: "Основной цвет на тёмных страницах",
    colorDarkHint: "Если пусто, получается из первого.",
    links: "Ссылки под страницами и письмами",
    linksHint: "https:// или mailto:",
    link: {
      terms: "Условия использования",
      privacy: "Политика конфиденциальности",
      imprint: "Реквизиты",
      support: "Поддержка",
    },
    save: "Сохранить",
    preview: "Посмотреть страницу входа",
    reset: "Вернуть по умолчанию",
    resetWhat: "Удаляет все значения этой области, включая логотип и тексты писем.",
    previewNote: "Предварительный просмотр. Ничего ещё не сохранено.",
    notices: { saved: "Сохранено.", reset: "У этой области снова оформление по умолчанию." },
    wrong: {
      title: "Некоторые значения использовать нельзя.",
      name: "Введите не более 64 видимых символов.",
      color: "Введите цвет, например #2459d6.",
      contrast: (ratio) =>
        `Текст этого цвета плохо читается: контраст ${ratio}:1, ` +
        "а нужно не менее 4.5:1 (WCAG AA).",
      bothColors: "Введите и цвет для светлых страниц.",
      logo:
        "Выберите изображение PNG, JPEG, WebP или SVG не более 32 КиБ. В SVG не должно быть " +
        "скриптов, обработчиков событий и ссылок на другие файлы.",
      link: "Введите ссылку, которая начинается с https:// или mailto:.",
    },
  },
  zh: {
    title: (realm) => `外观：${realm}`,
    what: "一个域的页面和邮件的外观。用户会在两秒内看到更改。",
    realm: "域（realm）",
    show: "显示",
    own: "此域有自己的设置。",
    inherited: "此域使用服务器的默认设置。",
    name: "名称",
    empty: (inherited) => `留空时：${inherited}`,
    ours: "Latchkey 默认",
    logo: "徽标",
    logoHint: "PNG、JPEG、WebP 或 SVG，最多 32 KiB。邮件只显示 PNG 和 JPEG。",
    logoNow: "当前徽标",
    removeLogo: "移除此域的徽标",
    color: "浅色页面的主题色",
    colorHint: "例如 #2459d6。用于链接、按钮和邮件。",
    colorDark: "深色页面的主题色",
    colorDarkHint: "留空时由浅色页面的主题色生成。",
    links: "页面和邮件底部的链接",
    linksHint: "https:// 或 mailto:",
    link: { terms: "服务条款", privacy: "隐私政策", imprint: "版权与联系信息", support: "支持" },
    save: "保存",
    preview: "预览登录页面",
    reset: "恢复默认",
    resetWhat: "移除此域的所有设置，包括徽标和邮件文本。",
    previewNote: "预览，尚未保存。",
    notices: { saved: "已保存。", reset: "此域已恢复默认外观。" },
    wrong: {
      title: "有些值无法使用。",
      name: "请输入最多 64 个可见字符。",
      color: "请输入颜色，例如 #2459d6。",
      contrast: (ratio) => `此颜色的文字难以辨认：对比度为 ${ratio}:1，至少需要 4.5:1（WCAG AA）。`,
      bothColors: "请同时输入浅色页面的颜色。",
      logo: "请选择最多 32 KiB 的 PNG、JPEG、WebP 或 SVG 图片。SVG 图片不得包含脚本、事件处理程序或对其他文件的引用。",
      link: "请输入以 https:// 或 mailto: 开头的链接。",
    },
  },
};
