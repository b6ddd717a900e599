/** The words, apart from what speaks them: the language that is needed sets out before the page does. */
export const catalogues = {
  en: () => import('../shared/words/rescue.en.json'),
  cy: () => import('../shared/words/rescue.cy.json'),
}

const tags = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase())

/** The first of this phone's languages that we have. */
export const firstLanguage = tags.find((tag): tag is keyof typeof catalogues => tag in catalogues) ?? 'en'
