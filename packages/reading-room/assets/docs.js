// @ts-check
import { startAppearance } from './appearance.js'
import { startContents } from './contents.js'
import { startSearch } from './search.js'
import { startSession } from './session.js'
import { startTabs } from './tabs.js'
import { startTryIt } from './try-it.js'

startTabs()
startSession()
startTryIt()
startSearch()
startContents()
// Last: it scrolls to what the address names, once everything has its height.
startAppearance()
