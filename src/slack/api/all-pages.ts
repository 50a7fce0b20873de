// Everything of a list that Slack gives page by page.

interface Page {
  response_metadata?: { next_cursor?: string }
}

/** The pages until there is no next one, at most so many. `read` gets the cursor of the page, nothing for the first. */
export async function allPages<P extends Page>(
  read: (at: { cursor?: string }) => Promise<P>,
  most: number,
): Promise<P[]> {
  const pages: P[] = []
  let cursor = ''
  do {
    const page = await read(cursor === '' ? {} : { cursor })
    pages.push(page)
    cursor = page.response_metadata?.next_cursor ?? ''
  } while (cursor !== '' && pages.length < most)
  return pages
}
