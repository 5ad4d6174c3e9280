import type { Translations } from "../language.ts";

interface Messages {
  readonly total: (count: string) => string;
  readonly moreThan: (count: string) => string;
  readonly none: string;
  readonly next: string;
  readonly first: string;
  readonly csv: string;
  readonly apply: string;
  readonly clear: string;
}

export const listMessages: Translations<Messages> = {
  en: {
    total: (count) => `${count} found`,
    moreThan: (count) => `More than ${count} found`,
    none: "Nothing found.",
    next: "Next page",
    first: "First page",
    csv: "Download as CSV",
    apply: "Apply",
    clear: "Clear filters",
  },
  ru: {
    total: (count) => `Найдено: ${count}`,
    moreThan: (count) => `Найдено: более ${count}`,
    none: "Ничего не найдено.",
    next: "Следующая страница",
    first: "Первая страница",
    csv: "Скачать CSV",
    apply: "Применить",
    clear: "Сбросить фильтры",
  },
  zh: {
    total: (count) => `共 ${count} 条`,
    moreThan: (count) => `超过 ${count} 条`,
    none: "没有结果。",
    next: "下一页",
    first: "第一页",
    csv: "下载 CSV",
    apply: "应用",
    clear: "清除筛选",
  },
};
