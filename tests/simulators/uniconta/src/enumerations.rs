//! The enumerations of Uniconta's public type metadata: the position of a name is its number.
//!
//! Facts and their confidence marks: `docs/sources/uniconta.md` (`[meta]`, complete to December 2019). Kept as plain tables
//! because the simulator only ever needs "is this a name" and "what number has it".

/// `ErrorCodes`: what the server answers when it refuses; 0 means success. Spelled as Uniconta spells them.
#[rustfmt::skip]
pub const ERROR_CODES: [&str; 170] = [
    "Succes", "NoSucces", "NoRights", "Exception", "VersionNoLongerSupported", "InvalidVersion",
    "InvalidObject", "UserNotLoggedIn", "UserIsBlocked", "UserOrPasswordIsWrong", "UnknownAppIdent",
    "CouldNotLoad", "CouldNotLoadOriginal", "CouldNotSave", "CouldNotCreate", "LineCountMismatch",
    "RecordNotSelected", "CostPriceCannotBeNegative", "CouldNotFind", "SumNotZero",
    "AccountDoesNotExist", "AccountIsMissing", "AccountIsBlocked", "AccountIsNotPostingAccount",
    "DimensionDoesNotExist", "CostValueAndQtyCannotBothHaveValue", "FinancePeriodDoesNotExist",
    "FinancePeriodNotOpen", "NumberSerieDoesNotExist", "NumberSerieIsBlocked",
    "TransTypeDoesNotExist", "VatTypeDoesNotExist", "VatCodeCannotBeUsedOnThisAccount",
    "SplitAccountHasCircularReference", "SplitAccountIsNotPostingAccount", "IdDoesNotExist",
    "LoginIdExists", "DebitAndCreditCannotBothHaveValue", "DebtorCreditorCannotHaveVat",
    "KeyIsEmpty", "KeyExists", "FieldHasinvalidValue", "FieldCannotBeBlank",
    "FieldCannotBeChangedToNewValue", "NoRightsToDelete", "NoRightsToUpdate", "NoRightsToInsert",
    "CouldNotDeleteRecordThatIsReferred", "DimensionIsMandatory", "VoucherCannotBeZero",
    "VoucherAllreadyCanceled", "AccountHasMandatoryVat", "VatOperationNotSpecified",
    "PaymentCannotBeEmpty", "UserDoesNotExist", "DateSumNotZero", "TooManyVatCombinations",
    "VatIsNotSalesVat", "VatIsNotPurchaseVat", "IllegalFiletype", "SQLException",
    "PrimaryKeyCannotBeChanged", "CouldNotDeleteRecordThatHasTransactions",
    "AmountAndAmountCurHasDifferentSign", "CurrencyIsSetButAmountHasNoValue", "JournalIsBlocked",
    "PurchaseVatCannotBeUsedOnSalesAccount", "SalesVatCannotBeUsedOnPurchaceAccount",
    "PurchaseVatOprCannotBeUsedOnSalesVat", "SalesVatOprCannotBeUsedOnPurchaceVat",
    "WithholdingAccountNotFound", "WithholdingRateNotFound", "NoCompanyId", "FileIsTooBig",
    "AccountIsNotBankAccount", "BankAccountIsMissing", "RecordIsAlreadyDeleted", "MonthNotOpen",
    "CompanyIsDeactivated", "CannotVoidPrimoTransaction", "ProjectIsBlocked",
    "PrCategoryCannotBeBlank", "PrCatRevenueAccountNotRevenue", "PrCatNotRevenueAccountRevenue",
    "NoLinesToUpdate", "NoInternetHeading", "AppIdentBlocked", "NoRightsToRunApp", "SlowDown",
    "CannotUpdateRecord", "CannotDeleteRecord", "SequenceNumberError", "ServerIsBusy",
    "ToManyCreatesInOneDay", "NumberIsUsedBefore", "CreditorIsStopped", "DebtorIsStopped",
    "ItemIsOnHold", "AmountDoesNotMatchEnteredAmount", "ProjectCannotBeBlank",
    "CannotCancelVoucher", "MovementCannotHaveCost", "CannotCancelVoucherFromOtherModule",
    "FileDoesNotExist", "UnivisorHasSubscription", "AccountDoesNotAllowCurrency",
    "ItemHasMandatoryVariant", "CreditLimitExceeded", "CannotUpdateInvoicedRecord", "CountryNotSet",
    "SerieBatchDoesNotExist", "MandatorySerialBatch", "BomNotSpecified", "CurrencyCannotBeChanged",
    "CannotChangeToUserWithNoSubscription", "VoucherSumNotZero", "AccountIsReconciled",
    "InvoiceWasUsed", "InvoiceNumberMissing", "CannotHaveOffsetAccount", "CompanyIsPosting",
    "ErrorInJournal", "NoSubscription", "SubscriptionBlocked", "RecordTooLarge", "NoLinesFound",
    "StorageCannotBeNegative", "AccountAndOffsetCannnotBeEqual", "FieldMustBeBlank",
    "CompanyDoesNotExist", "TooManyCallsOpen", "OperatorBlocked", "QueryTimeout",
    "ContainsLinesDelivered", "QtyNotNegative", "UserIsNotServerUser", "UserIsServerUser",
    "OrderIsDeleted", "ExchangeRateError", "TooManyArguments", "OnlyPositiveNumber",
    "NoExchangeRate", "InventoryAccountMisuse", "CostPriceTooBig", "QtyCannotBeZero",
    "EmailLimitExceeded", "NoUnitConversionToStock", "DimensionIsBlocked", "UpdateInBackground",
    "OnlyServiceAllowed", "RecursiveBOM", "AccountNotDCSummery", "NoMoreSQLConnections",
    "UserHasNoCompany", "UserIdExists", "NotAllowedToEditSerieBatch", "DateNotSet", "IgnoreUpdate",
    "IPAddressNotAllowed", "TooManyLoginAttempts", "InvalidCategory", "TooManyLinesSelected",
    "TooManySerialBatch", "JournalIsAlreadyPosted", "DayIsNotReportedReady", "MandatoryItem",
    "NotInvoiceable", "EmployeeNoSpecified", "NoEmail", "CategoryMustBeInvoice",
];

/// `CountryCode`: the country of an address. 0 means not set; Denmark is 57.
#[rustfmt::skip]
pub const COUNTRIES: [&str; 242] = [
    "Unknown", "Antarctica", "Afghanistan", "Aland", "Albania", "Algeria", "AmericanSamoa",
    "Andorra", "Angola", "Anguilla", "AntiguaBarbuda", "Argentina", "Armenia", "Aruba",
    "AscensionIsland", "Australia", "Austria", "Azerbaijan", "Bahamas", "Bahrain", "Bangladesh",
    "Barbados", "Belarus", "Belgium", "Belize", "Benin", "Bermuda", "Bhutan", "Bolivia",
    "BosniaHerzegovina", "Botswana", "Brazil", "Brunei", "Bulgaria", "BurkinaFaso", "Burundi",
    "Cambodia", "Cameroon", "Canada", "CapeVerde", "CaymanIslands", "CentralAfricaRepublic", "Chad",
    "Chile", "China", "ChristmasIsland", "CocosKeelingIslands", "Colombia", "Comoros", "Congo",
    "CookIslands", "CostaRica", "Cotedlvoire", "Croatia", "Cuba", "Cyprus", "CzechRepublic",
    "Denmark", "Djibouti", "Dominica", "DominicanRepublic", "EastTimor", "Ecuador", "Egypt",
    "ElSalvador", "EquatorialGuinea", "Eritrea", "Estonia", "Ethiopia", "FalklandIslands",
    "FaroeIslands", "Fiji", "Finland", "France", "FrenchPolynesia", "Gabon", "Gambia", "Georgia",
    "Germany", "Ghana", "Gibraltar", "Greece", "Greenland", "Grenada", "Guam", "Guatemala",
    "Guernsey", "Guinea", "GuineaBissau", "Guyana", "Haiti", "Honduras", "HongKong", "Hungary",
    "Iceland", "India", "Indonesia", "Iran", "Iraq", "Ireland", "IsleofMan", "Israel", "Italy",
    "Jamaica", "Japan", "Jersey", "Jordan", "Kazakhstan", "Kenya", "Kiribati", "KoreaNorth",
    "KoreaSouth", "BouvetIsland", "Kuwait", "Kyrgyzstan", "Laos", "Latvia", "Lebanon", "Lesotho",
    "Liberia", "Libya", "Liechtenstein", "Lithuania", "Luxembourg", "Macao", "Macedonia",
    "Madagascar", "Malawi", "Malaysia", "Maldives", "Mali", "Malta", "MarshallIslands",
    "Mauritania", "Mauritius", "Mayotte", "Mexico", "Micronesia", "Moldova", "Monaco", "Mongolia",
    "Montenegro", "Montserrat", "Morocco", "Mozambique", "Myanmar", "Curaçao", "Namibia", "Nauru",
    "Nepal", "Netherlands", "NewCaledonia", "NewZealand", "Nicaragua", "Niger", "Nigeria", "Niue",
    "NorfolkIsland", "NeutralZone", "NorthernMarianaIslands", "Norway", "Oman", "Pakistan", "Palau",
    "Palestine", "Panama", "PapuaNewGuinea", "Paraguay", "Peru", "Philippines", "PitcaimIslands",
    "Poland", "Portugal", "PuertoRico", "Qatar", "Romania", "Russia", "Rwanda",
    "SouthGeorgiaIslands", "BritishIndianOceanTerritory", "SaintHelena", "SaintKittsAndNevis",
    "SaintLucia", "FrenchGuiana", "SaintPierreAndMiquelon", "SaintVincentAndGrenadines", "Samos",
    "SanMarino", "SaoTomeAndPrincipe", "SaudiArabia", "Senegal", "Serbia", "Seychelles",
    "SierraLeone", "Singapore", "Slovakia", "Slovenia", "SolomonIslands", "Somalia",
    "FrenchSouthernTerritories", "SouthAfrica", "HeardAndMcDonaldIslands", "Spain", "SriLanka",
    "Sudan", "Suriname", "Svalbard", "Swaziland", "Sweden", "Switzerland", "Syria", "Tajikistan",
    "Tanzania", "Thailand", "Togo", "Tokelau", "Tonga", "WallisFutunaIslands", "TrinidadAndTobago",
    "WesternSahara", "Tunisia", "Turkey", "Turkmenistan", "TurksAndCaicosIslands", "Tuvalu",
    "Uganda", "Ukraine", "UnitedArabEmirates", "UnitedKingdom", "UnitedStates", "Uruguay",
    "Uzbekistan", "Vanuatu", "VaticanCity", "Venezuela", "Vietnam", "VirginIslands", "Yemen",
    "Zambia", "Zimbabwe", "Taiwan", "CaribbeanNetherlands",
];

/// `Currencies`: ISO 4217 codes in Uniconta's own order. 0 (`XXX`) means the currency of the company.
#[rustfmt::skip]
pub const CURRENCIES: [&str; 170] = [
    "XXX", "USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD", "NZD", "DKK", "SEK", "NOK", "SGD",
    "RUB", "TRY", "HKD", "ZAR", "MXN", "CZK", "HUF", "PLN", "ISK", "AED", "CNY", "INR", "BRL",
    "ILS", "SAR", "AFA", "ALL", "AMD", "ANG", "AOK", "AON", "AOR", "ARS", "AWF", "AWG", "AZN",
    "BAD", "BBD", "BDT", "BGN", "BHD", "BIF", "BMD", "BND", "BOB", "BPS", "BSD", "BTN", "BTR",
    "BWP", "BYR", "BZD", "CDF", "CFP", "CLP", "COP", "CRC", "CVE", "DOP", "DZD", "ECS", "ERN",
    "ETB", "FJD", "FKP", "GEL", "GHC", "GMD", "GNF", "GTQ", "GWP", "GYD", "HNL", "HRK", "HTG",
    "IDR", "IQD", "IRR", "JMD", "JOD", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KTS", "KWD",
    "KYD", "KYS", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "LYD", "MAD", "MDL", "MGF", "MKD",
    "MMK", "MNT", "MOP", "MRO", "MUR", "MVR", "MWK", "MXV", "MYR", "MZM", "NAD", "NGN", "NIO",
    "NPR", "OMR", "PEN", "PGK", "PHP", "PKR", "PYG", "QAR", "RON", "RSD", "RWF", "SBD", "SCR",
    "SDD", "SHP", "SIT", "SLL", "SOS", "SRD", "STD", "SVC", "SYP", "SZL", "THB", "TJR", "TMM",
    "TND", "TOP", "TPE", "TTD", "TWD", "TZS", "UAH", "UGS", "UYU", "UZS", "VEB", "VND", "VUV",
    "WST", "XAF", "XCD", "XOF", "XPF", "YER", "ZMK", "ZRN", "ZWD", "BAM", "EGP", "BTC", "BCH",
    "BTG",
];

/// `Language`: of letters and invoices to a debtor. 0 means the language of the company.
#[rustfmt::skip]
pub const LANGUAGES: [&str; 28] = [
    "Default", "en", "da", "sv", "nb", "fi", "de", "es", "pt", "fr", "ru", "nl", "tr", "it", "Is",
    "pl", "cs", "lv", "et", "lt", "hu", "th", "de_at", "de_ch", "en_us", "en_sg", "ro", "ar",
];
