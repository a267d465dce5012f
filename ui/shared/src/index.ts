/**
 * What both apps share: theme, language, words for the vocabulary, how things are written and small accessible components.
 * Deliberately absent: any text of its own. Each app has its own message catalogue and hands the words over.
 */
export { default as AccessibilityStatement } from "./components/AccessibilityStatement.svelte";
export { default as Alert } from "./components/Alert.svelte";
export { default as Button } from "./components/Button.svelte";
export { default as CheckboxGroup } from "./components/CheckboxGroup.svelte";
export { default as CheckboxList } from "./components/CheckboxList.svelte";
export { default as DataList } from "./components/DataList.svelte";
export { default as DeviceText } from "./components/DeviceText.svelte";
export { default as Dialog } from "./components/Dialog.svelte";
export { default as Disclosure } from "./components/Disclosure.svelte";
export { default as ErrorSummary } from "./components/ErrorSummary.svelte";
export { default as Fieldset } from "./components/Fieldset.svelte";
export { default as ProgressBar } from "./components/ProgressBar.svelte";
export { default as RadioList } from "./components/RadioList.svelte";
export { default as SelectField } from "./components/SelectField.svelte";
export { default as SoundPlayer } from "./components/SoundPlayer.svelte";
export { default as StateBadge } from "./components/StateBadge.svelte";
export { default as TextArea } from "./components/TextArea.svelte";
export { default as TextField } from "./components/TextField.svelte";
export { default as TileGroup } from "./components/TileGroup.svelte";
export { toggled } from "./components/choice";
export type { Choice, ChoiceGroup } from "./components/choice";
export { leadTo } from "./components/lead";
export type { StateTone } from "./components/tone";
export { clockLength } from "./format/clockLength";
export { duration, lengthOf, type TimeUnit } from "./format/duration";
export { inFours } from "./format/fours";
export {
  calendarDay,
  day,
  dayAndTime,
  isToday,
  moment,
  momentInZone,
  shortDay,
  timeOfDay,
  weekdayAndTime,
  type Writing,
} from "./format/moment";
export { wholeNumber } from "./format/number";
export { coordinatesText, degreesText } from "./format/position";
export { byteSize } from "./format/size";
export { zonePlace } from "./format/zone";
export { LocaleChoice, type Locale } from "./i18n/locale.svelte";
export { placeTexts, type PlaceText, type PlaceWords } from "./place/texts";
export { readDay, typedDay } from "./text/day";
export { shownText } from "./text/hidden";
export { recordNumber, shortId } from "./text/recordNumber";
export { theme, type Theme } from "./theme/theme.svelte";
export { vocabularyWords } from "./vocabulary/terms";
