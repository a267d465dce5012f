/** Stands in for Jackson's module for org.json, which Tauri's Kotlin registers and no package registry has. */
package com.fasterxml.jackson.datatype.jsonorg

import com.fasterxml.jackson.databind.module.SimpleModule

class JsonOrgModule : SimpleModule()
