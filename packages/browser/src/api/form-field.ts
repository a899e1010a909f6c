import { getAnonymousId } from './singleton.ts'

/**
 * Adds a hidden field with the visitor's id to a form that is posted to the site's own server, for sites whose server
 * does not see the cookie. The field is filled when the form is sent, so that it holds the id of that moment.
 *
 * @param name - The field's name, `anonymous_id` unless given.
 */
export function addIdField(form: HTMLFormElement, name = 'anonymous_id'): void {
  const field = document.createElement('input')
  field.type = 'hidden'
  field.name = name
  field.value = getAnonymousId() ?? ''
  form.append(field)
  form.addEventListener('formdata', ({ formData }) => formData.set(name, getAnonymousId() ?? ''))
}
