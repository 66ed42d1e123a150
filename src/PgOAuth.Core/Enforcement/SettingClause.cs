using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Enforcement;

/// <summary>
/// What a SET or RESET says (stage 7): VariableSetStmt and VariableResetStmt of PostgreSQL's gram.y, which the text is known to follow.
/// </summary>
internal readonly ref struct SettingClause
{
    /// <summary>Longest name that is read, all its parts together.</summary>
    internal const int MaxNameBytes = 512;

    private readonly StatementTokens _tokens;
    private readonly int _first;

    private SettingClause(in StatementTokens tokens, int first, bool isReset, bool isLocal, SettingForm form)
    {
        _tokens = tokens;
        _first = first;
        IsReset = isReset;
        IsLocal = isLocal;
        Form = form;
        Value = form switch
        {
            SettingForm.SessionAuthorization => first + 2,
            SettingForm.Name => EndOfName(tokens, first) + 1,
            _ => first + 1,
        };
    }

    internal bool IsReset { get; }

    internal bool IsLocal { get; }

    internal SettingForm Form { get; }

    /// <summary>The first token of the value in the forms SessionAuthorization, Names and Name; behind the last one when it has none.</summary>
    internal int Value { get; }

    /// <summary>Whether the name is followed by FROM CURRENT.</summary>
    internal bool IsFromCurrent => _tokens[Value - 1] is T.From;

    /// <param name="tokens">Of the whole statement.</param>
    internal static SettingClause Of(in StatementTokens tokens)
    {
        if (tokens[0] is T.Reset)
        {
            return new SettingClause(tokens, 1, isReset: true, isLocal: false, OfReset(tokens));
        }

        if (tokens[0] is not T.Set)
        {
            return new SettingClause(tokens, 1, isReset: false, isLocal: false, SettingForm.Unknown);
        }

        var first = 1;
        if ((tokens[1] is T.Local || (tokens[1] is T.Session && tokens[2] is not (T.Authorization or T.Characteristics))) && !ContinuesName(tokens[2]))
        {
            first = 2;
        }

        var form = ContinuesName(tokens[first + 1]) ? SettingForm.Name : OfWords(tokens[first], tokens[first + 1]);
        return new SettingClause(tokens, first, isReset: false, first == 2 && tokens[1] is T.Local, form);
    }

    /// <summary>Reads name(.name)*, joined as PostgreSQL joins them: "a.b" in quotes and a.b are one setting. False when it is too long.</summary>
    /// <param name="buffer"><see cref="MaxNameBytes"/> or more.</param>
    internal bool TryReadName(Span<byte> buffer, out ReadOnlySpan<byte> name)
    {
        Span<byte> part = stackalloc byte[StatementTokens.NameBytes];
        var length = 0;
        var index = _first;
        name = default;
        while (_tokens.IsName(index))
        {
            var read = _tokens.Name(index, part);
            if (read.Length + 1 > buffer.Length - length)
            {
                return false;
            }

            read.CopyTo(buffer[length..]);
            length += read.Length;
            if (_tokens[index + 1] is not T.Dot)
            {
                name = buffer[..length];
                return true;
            }

            buffer[length++] = (byte)'.';
            index += 2;
        }

        return false;
    }

    private static SettingForm OfReset(in StatementTokens tokens) => tokens[1] switch
    {
        T.All => SettingForm.All,
        T.Time when tokens[2] is T.Zone => SettingForm.TimeZone,
        T.Transaction when tokens[2] is T.Isolation => SettingForm.Transaction,
        T.Session when tokens[2] is T.Authorization => SettingForm.SessionAuthorization,
        _ => SettingForm.Name,
    };

    private static SettingForm OfWords(T first, T second) => first switch
    {
        T.Role => SettingForm.Role,
        T.Session when second is T.Authorization => SettingForm.SessionAuthorization,
        T.Session when second is T.Characteristics => SettingForm.SessionCharacteristics,
        T.Transaction => SettingForm.Transaction,
        T.Names => SettingForm.Names,
        T.Time => SettingForm.TimeZone,
        T.Schema => SettingForm.Schema,
        T.Xml => SettingForm.Xml,
        _ => SettingForm.Unknown,
    };

    // The token behind the name.
    private static int EndOfName(in StatementTokens tokens, int first)
    {
        var index = first + 1;
        while (tokens[index] is T.Dot)
        {
            index += 2;
        }

        return index;
    }

    private static bool ContinuesName(T kind) => kind is T.To or T.Equal or T.Dot or T.From;
}
