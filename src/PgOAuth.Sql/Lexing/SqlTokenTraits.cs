namespace PgOAuth.Sql.Lexing;

/// <summary>What a token may stand for where the grammar wants a name.</summary>
[Flags]
internal enum SqlTokenTraits : byte
{
    None = 0,

    /// <summary>ColId: IDENT, unreserved_keyword, col_name_keyword.</summary>
    ColId = 1,

    /// <summary>type_function_name: IDENT, unreserved_keyword, type_func_name_keyword.</summary>
    TypeFunctionName = 2,

    /// <summary>BareColLabel: a select item's name without AS.</summary>
    BareColLabel = 4,

    /// <summary>ColLabel: any word.</summary>
    ColLabel = 8,

    /// <summary>A reserved keyword.</summary>
    Reserved = 16,

    /// <summary>NonReservedWord: any word that is not reserved.</summary>
    NonReservedWord = 32,

    /// <summary>An unreserved_keyword (not an IDENT).</summary>
    Unreserved = 64,
}
