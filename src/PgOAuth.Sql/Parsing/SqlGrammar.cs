using System.Runtime.CompilerServices;
using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;

namespace PgOAuth.Sql.Parsing;

/// <summary>
/// gram.y as recursive descent over the tokens. Rules that find an error record it and go to the end of the text: there no
/// token fits, so every rule and loop above ends by itself, without exceptions. A rule therefore loops only as long as it
/// consumes tokens, and never "until" a token.
/// </summary>
internal ref partial struct SqlGrammar
{
    /// <summary>
    /// How deep expressions, sub-selects and joins may nest. PostgreSQL's parser stops at about 10,000 symbols on its stack,
    /// and a server before that at max_stack_depth; here the host's thread stack is what must not end.
    /// </summary>
    public const int MaxDepth = 1200;

    private readonly ReadOnlySpan<byte> _text;
    private readonly SqlToken[] _tokens;
    private readonly ReadOnlySpan<SqlTokenTraits> _traits;
    private readonly int _tokenCount;
    private SqlNode[] _nodes;
    private int _count;
    private int _pos;
    private int _depth;

    public SqlGrammar(ReadOnlySpan<byte> text, SqlToken[] tokens, int tokenCount, SqlNode[] nodes)
    {
        _text = text;
        _tokens = tokens;
        _tokenCount = tokenCount;
        _nodes = nodes;
        _traits = SqlKeywords.Traits;
        ErrorPosition = -1;
    }

    public readonly SqlNode[] Nodes => _nodes;

    /// <summary>Null while there is no error.</summary>
    public string? Error { get; private set; }

    /// <summary>Byte position of the error.</summary>
    public int ErrorPosition { get; private set; }

    // ---- Tokens.
    private readonly SqlTokenKind Kind
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _tokens[_pos].Kind;
    }

    // The text is followed by four tokens of EndOfText; one looks at most three tokens ahead.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly SqlTokenKind Peek(int ahead) => _tokens[_pos + ahead].Kind;

    private readonly bool Failed => Error is not null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool Is(SqlTokenKind kind) => Kind == kind;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool Has(SqlTokenTraits traits) => (_traits[(int)Kind] & traits) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool PeekHas(int ahead, SqlTokenTraits traits) => (_traits[(int)Peek(ahead)] & traits) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Accept(SqlTokenKind kind)
    {
        if (Kind != kind)
        {
            return false;
        }

        _pos++;
        return true;
    }

    /// <summary>Both tokens, or none.</summary>
    private bool Accept(SqlTokenKind first, SqlTokenKind second)
    {
        if (Kind != first || Peek(1) != second)
        {
            return false;
        }

        _pos += 2;
        return true;
    }

    /// <summary>All three tokens, or none.</summary>
    private bool Accept(SqlTokenKind first, SqlTokenKind second, SqlTokenKind third)
    {
        if (Kind != first || Peek(1) != second || Peek(2) != third)
        {
            return false;
        }

        _pos += 3;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Expect(SqlTokenKind kind)
    {
        if (Kind == kind)
        {
            _pos++;
        }
        else
        {
            SyntaxError();
        }
    }

    private void Expect(SqlTokenKind first, SqlTokenKind second)
    {
        Expect(first);
        Expect(second);
    }

    private void Expect(SqlTokenKind first, SqlTokenKind second, SqlTokenKind third)
    {
        Expect(first);
        Expect(second);
        Expect(third);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SyntaxError() => Fail("syntax error");

    /// <summary>An error at the current token.</summary>
    private void Fail(string message) => Fail(message, _pos);

    /// <summary>An error at a token. Ends the parse: see the type's remarks.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Fail(string message, int token)
    {
        if (Error is null)
        {
            Error = message;
            ErrorPosition = _tokens[token].Start;
        }

        _pos = _tokenCount;
    }

    // ---- Depth. Every rule that can hold itself enters and leaves.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Enter()
    {
        // Every 16th level asks for stack as well: the caller's thread may have little of it left.
        if ((++_depth & 15) == 0 && (_depth >= MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack()))
        {
            TooDeep();
            return false;
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Leave() => _depth--;

    private void TooDeep() => Fail("statement nested too deeply");

    // ---- Nodes.

    /// <summary>Where the next node goes: remember it before the children, give it to <see cref="Emit"/> after them.</summary>
    private readonly int Mark
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _count;
    }

    /// <summary>Adds a node over all nodes since <paramref name="first"/>. Its tokens reach up to the current one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Emit(SqlNodeKind kind, int first, int token, int payload = -1, SqlNodeFlags flags = SqlNodeFlags.None)
    {
        var nodes = _nodes;
        if ((uint)_count >= (uint)nodes.Length)
        {
            nodes = Grow();
        }

        ref var node = ref nodes[_count];
        node.Kind = kind;
        node.Flags = flags;
        node.First = first;
        node.Token = token;
        node.EndToken = _pos;
        node.Payload = payload;
        return _count++;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private SqlNode[] Grow()
    {
        Array.Resize(ref _nodes, _nodes.Length * 2);
        return _nodes;
    }

    // ---- Text.

    /// <summary>Whether a token, as an identifier, has this value.</summary>
    private readonly bool TokenEquals(int token, ReadOnlySpan<byte> value) => SqlText.IdentifierEquals(_text, _tokens[token], value);
}
