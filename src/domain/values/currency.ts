// Currencies and how many decimals each has. Ours and not Intl's: what Intl (CLDR) gives is how an amount is usually written, which
// for some currencies are fewer decimals than their minor unit has.

/**
 * Digits after the decimal point, by code: ISO 4217, list one (SIX Group is its maintenance agency). Without the codes that have no
 * minor unit (gold, SDR, testing), and with BGN and ANG, withdrawn in 2026 and 2025: refunds still name them.
 */
const codesByDigits: Record<number, string> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  2: `AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW
    CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR
    IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN
    NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB
    TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG`,
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
}

const digits = new Map(
  Object.entries(codesByDigits).flatMap(([count, codes]) =>
    codes.split(/\s+/).map((code) => [code, Number(count)] as const),
  ),
)

export const currencies: readonly string[] = [...digits.keys()]

/** The code as ISO 4217 writes it, of a text like `eur`; undefined: it is none. */
export const currencyOf = (text: string): string | undefined => {
  const code = text.trim().toUpperCase()
  return digits.has(code) ? code : undefined
}

/** Decimals of the minor unit: EUR 2, JPY 0. Throws for what is no currency. */
export const digitsOf = (currency: string): number => {
  const found = digits.get(currency)
  if (found === undefined) throw new RangeError(`${currency} is no currency of ISO 4217`)
  return found
}
