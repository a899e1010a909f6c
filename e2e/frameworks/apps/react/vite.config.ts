import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { FROM_SOURCES } from '../from-sources.ts'

export default defineConfig({ ...FROM_SOURCES, plugins: [react()] })
