"""What pages say themselves, in the language of the config key `language`: headings, headers, notes, names of groups.

The code writes English. A catalogue has each text, or a pattern with {} for what changes, in another language; names,
values and whatever is quoted from a document stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Literal

Language = Literal["en", "ru"]

RUSSIAN_TASKS = {  # of conf/knowledge/tasks; one that a user adds is called as the user calls it
    "data": "данные",
    "tokenizer": "токенизатор",
    "architecture": "архитектура",
    "embedding": "эмбеддинги",
    "position": "позиционное кодирование",
    "attention": "внимание",
    "feed-forward": "полносвязный слой",
    "mixture-of-experts": "смесь экспертов",
    "normalisation": "нормализация",
    "optimizer": "оптимизатор",
    "pretraining": "предобучение",
    "parallelism": "параллелизм",
    "fine-tuning": "дообучение",
    "quantisation": "квантование",
    "inference": "инференс",
    "evaluation": "оценка качества",
    "other": "прочее",
}
RUSSIAN = {
    **RUSSIAN_TASKS,
    **{name.capitalize(): said.capitalize() for name, said in RUSSIAN_TASKS.items()},
    "{} > {}": "{} > {}",
    # groups
    "Approaches": "Подходы",
    "Components": "Компоненты",
    "Datasets": "Наборы данных",
    "Documents": "Документы",
    "Families": "Семейства",
    "Hardware": "Оборудование",
    "Libraries": "Библиотеки",
    "Metrics": "Метрики",
    "Models": "Модели",
    "Parameters": "Параметры",
    "Overview": "Обзор",
    "Tasks": "Задачи",
    # titles
    "Changes": "Изменения",
    "Component tree": "Дерево компонентов",
    "Compatibility of parts": "Совместимость частей",
    "Coverage": "Покрытие",
    "Home": "Главная",
    "Lineage of models": "Родословная моделей",
    "Models compared": "Сравнение моделей",
    "Reading paths": "Что за чем читать",
    "{} family": "Семейство {}",
    # headings
    "By component": "По компонентам",
    "By family": "По семействам",
    "By task": "По задачам",
    "How to read a citation": "Как читать ссылку на источник",
    "Where to begin": "С чего начать",
    "By model": "По моделям",
    "Documents not read": "Непрочитанные документы",
    "Documents read": "Прочитанные документы",
    "Figures": "Рисунки",
    "Facts": "Факты",
    "Files": "Файлы",
    "Further compared": "Сравнение прочего",
    "Generations": "Поколения",
    "Goes with and against": "С чем сочетается и с чем нет",
    "Groups": "Группы",
    "In the component tree": "В дереве компонентов",
    "Left out by verification": "Отброшено проверкой",
    "Made of": "Из чего состоит",
    "Models with it": "Модели, в которых это есть",
    "Members compared": "Сравнение членов семейства",
    "Near-duplicates": "Почти одинаковые документы",
    "Pages": "Страницы",
    "Read next": "Что читать дальше",
    "Relations": "Связи",
    "Results compared": "Сравнение результатов",
    "Rules": "Правила",
    "Said of it elsewhere": "Что говорят о нём в других местах",
    "Said to clash": "Сказано, что несовместимы",
    "Said to work together": "Сказано, что работают вместе",
    "Same family": "То же семейство",
    "Section by section": "По разделам",
    "Sections": "Разделы",
    "Seen together": "Встречаются вместе",
    "Sources": "Источники",
    "Stated by documents": "Сказано в документах",
    "Told by the names": "Видно из названий",
    "Values seen": "Встреченные значения",
    "What is known": "Что известно",
    "What is said of it": "Что о нём говорят",
    "What it talks about": "О чём он",
    "What they talk about": "О чём они",
    "What was read": "Что прочитано",
    "Where it is said": "Где это сказано",
    "Where sources disagree": "Где источники расходятся",
    # headers of tables
    "After": "После",
    "Before": "Было",
    "Beside": "Рядом",
    "Blocks": "Блоки",
    "Bytes": "Байты",
    "Change": "Изменение",
    "Count": "Количество",
    "Detail": "Подробности",
    "Document": "Документ",
    "Elements": "Элементы",
    "Family": "Семейство",
    "File": "Файл",
    "Folded into": "Объединён с",
    "Generation": "Поколение",
    "Group": "Группа",
    "Is": "Что это",
    "Kind": "Вид",
    "Mentions": "Упоминания",
    "Model": "Модель",
    "Model it comes from": "От какой модели",
    "Models that do not": "Модели, которые нарушают",
    "Models that keep to it": "Модели, которые соблюдают",
    "Now": "Стало",
    "Page": "Страница",
    "Task": "Задача",
    "What it tells": "О чём она",
    "Component": "Компонент",
    "Parameter": "Параметр",
    "Part": "Часть",
    "Parts": "Части",
    "Reason": "Причина",
    "Relation": "Связь",
    "Rule": "Правило",
    "Section": "Раздел",
    "Source": "Источник",
    "Stated by": "Кем сказано",
    "Step": "Шаг",
    "Such as": "Например",
    "Terms that set it apart": "Отличающие слова",
    "Under": "Под",
    "Value": "Значение",
    "Values": "Значения",
    "What": "Что",
    "With": "С чем",
    # cells that count the build, and relations
    "Documents of installed libraries": "Документы установленных библиотек",
    "Documents of your own": "Ваши документы",
    "Documents that could not be read": "Документы, которые не удалось прочитать",
    "Entities": "Сущности",
    "Near-duplicates, folded into others": "Почти одинаковые, объединённые с другими",
    "Passages in the search index": "Отрывки в поисковом индексе",
    "compared with": "сравнивается с",
    "conflicts": "несовместимы",
    "conflicts with": "несовместимо с",
    "evaluated on": "оценивается на",
    "formerly": "прежде",
    "implemented in": "реализовано в",
    "needs one of": "требует одного из",
    "requires": "требует",
    "trained on": "обучено на",
    "uses": "использует",
    "variant of": "вариант",
    "works with": "работает с",
    "approach": "подход",
    "component": "компонент",
    "dataset": "набор данных",
    "library": "библиотека",
    "metric": "метрика",
    "model": "модель",
    "hardware": "оборудование",
    "changed": "изменено",
    "gone": "пропало",
    "new": "новое",
    "no quote": "нет цитаты",
    "no such element": "нет такого элемента",
    "number not in its quotes": "числа нет в цитатах",
    "quote not at its place": "цитата не на своём месте",
    "{} and {} more": "{} и ещё {}",
    # diagrams and plots
    "Diagram": "Схема",
    "in 1 model": "в 1 модели",
    "in {} models": "моделей: {}",
    "models have it": "моделей с таким значением",
    "then": "затем",
    # notes
    "All documents could be read.": "Все документы удалось прочитать.",
    "Nothing has changed.": "Ничего не изменилось.",
    "The first {} of {}.": "Первые {} из {}.",
    "coverage": "покрытие",
    "no licence stated": "лицензия не указана",
    "{} chunks were made; the index holds {}.": "Сделано отрывков: {}; в индексе: {}.",
    "{} document, {}:": "Документ, вид {}, {}:",
    "1 document of an installed library is on this task too.": "Этой задаче посвящён и 1 документ библиотеки.",
    "{} documents of installed libraries are on this task too.": (
        "Этой задаче посвящены и документы установленных библиотек: {}."
    ),
    "From {}:": "Из документа «{}»:",
    "{} has the place of each value.": "В {} указано место каждого значения.",
    "{} of {} models: first those of your own documents, then those of libraries, for which the sources state, and "
    "agree on, most of these parameters.": (
        "Моделей: {} из {}; сначала из ваших документов, затем из библиотек: те, для которых источники указывают "
        "больше всего этих параметров и не расходятся."
    ),
    "{} of {} values; the pages of the models have them all.": "Значений: {} из {}; на страницах моделей есть все.",
    "What {} documents of your own and {} of installed libraries say of {} models and of what they are made of. Each "
    "sentence and value leads to the place in a document where it is said.": (
        "Что говорят ваши документы ({}) и документы установленных библиотек ({}) о моделях ({}) и о том, из чего они "
        "состоят. Каждое предложение и каждое значение ведёт к месту документа, где это сказано."
    ),
    "What {} documents of your own say of {} models and of what they are made of. Each sentence and value leads to the "
    "place in a document where it is said.": (
        "Что говорят ваши документы ({}) о моделях ({}) и о том, из чего они состоят. Каждое предложение и каждое "
        "значение ведёт к месту документа, где это сказано."
    ),
    "Which document to read after which, task by task.": "Какой документ за каким читать, по задачам.",
    "Figures of models side by side, each with its source; pressing the head of a column sorts.": (
        "Числа моделей рядом, каждое с источником; нажатие на заголовок столбца сортирует."
    ),
    "Tasks, the parts that belong to each, and the models that use them.": (
        "Задачи, части, которые к ним относятся, и модели, где они используются."
    ),
    "Which parts go together, which clash, and why.": "Какие части сочетаются, какие нет и почему.",
    "Which model comes from which, and the generations of families.": (
        "Какая модель от какой происходит, и поколения семейств."
    ),
    "What was read, what was left out and why, and where sources disagree.": (
        "Что прочитано, что опущено и почему, и где источники расходятся."
    ),
    "The number behind a sentence or a value is its source: point at it or press it, and you see the quote, its "
    "document, the section and the page. Such as here:": (
        "Номер после предложения или значения — его источник: наведите на него или нажмите, и увидите цитату, её "
        "документ, раздел и страницу. Например:"
    ),
    "What could not be verified was left out, and is counted on the page of coverage.": (
        "Что не прошло проверку, опущено и сосчитано; см. покрытие."
    ),
    # the site
    "{} pages.": "Страниц: {}.",
    "{} documents": "документов: {}",
    "Switch to the light scheme": "Включить светлую тему",
    "Switch to the dark scheme": "Включить тёмную тему",
    "Switch to the scheme of the system": "Включить тему системы",
    "from": "из",
    "page": "страница",
    "section": "раздел",
}
RUSSIAN_FORMS = {  # of the sentences of stages/core/summary.py
    " has ": ": ",
    ". Its ": ". Части: ",
    " and ": " и ",
    "{} parameters": "параметров {}",
    "{} layers": "слоёв {}",
    "a hidden size of {}": "скрытый размер {}",
    "{} attention heads": "голов внимания {}",
    "{} experts": "экспертов {}",
    "a vocabulary of {}": "словарь {}",
    "a context length of {}": "длина контекста {}",
    "attention is {}": "внимание — {}",
    "position encoding is {}": "позиционное кодирование — {}",
    "normalisation is {}": "нормализация — {}",
    "activation is {}": "активация — {}",
}
CATALOGUES: dict[str, Mapping[str, str]] = {"en": {}, "ru": RUSSIAN}
FORMS: dict[str, Mapping[str, str]] = {"en": {}, "ru": RUSSIAN_FORMS}


class Words:
    """Says an English text of ours in a language; a text that is in no catalogue is not ours, and stays."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._texts = CATALOGUES[language]

    def __call__(self, text: str) -> str:
        if text in self._texts:
            return self._texts[text]
        for pattern, said in self._patterns:
            if found := pattern.fullmatch(text):
                return said.format(*(self(part) for part in found.groups()))
        return text

    def form(self, text: str) -> str:
        """A piece of a sentence, with a place for a value."""
        return FORMS[self.language].get(text, text)

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], str]]:
        held = {text: said for text, said in self._texts.items() if "{}" in text}
        return [(re.compile(re.escape(text).replace(r"\{\}", "(.+)"), re.DOTALL), said) for text, said in held.items()]
